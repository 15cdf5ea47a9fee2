// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {MockGateway} from "../../src/MockGateway.sol";
import {Status} from "../../src/Messages.sol";
import {SecretNote} from "../../src/examples/SecretNote.sol";
import {Test} from "../Test.sol";

/// @notice As a dApp's own tests would: with the mock alone.
contract SecretNoteTest is Test {
    MockGateway internal mock = new MockGateway();
    SecretNote internal note = new SecretNote(mock);
    address internal constant AUTHOR = address(0xa);

    function test_theAuthorOpensHisNote() public {
        bytes32 handle = write("salt", "dear diary");
        vm.prank(AUTHOR);
        uint256 id = note.open("salt");
        assertTrue(mock.fulfil(id), "callback");
        assertEq(note.digestOf(handle), keccak256("dear diary"), "digest");
    }

    function test_nobodyElseDoes() public {
        write("salt", "dear diary");
        vm.expectRevert(SecretNote.NoSuchNote.selector);
        note.open("salt");
    }

    function test_aMalformedNoteStoresNothing() public {
        bytes32 handle = write("salt", "dear diary");
        vm.prank(AUTHOR);
        uint256 id = note.open("salt");
        vm.expectEmit(true, true, true, true, address(note));
        emit SecretNote.NoteOpened(id, handle, Status.MALFORMED, "");
        assertTrue(mock.reject(id, Status.MALFORMED), "callback");
        assertEq(note.digestOf(handle), 0, "digest");
    }

    function write(bytes32 salt, bytes memory text) internal returns (bytes32) {
        bytes memory ciphertext = mock.encrypt(text);
        vm.prank(AUTHOR);
        return note.write(salt, "key", ciphertext);
    }
}
