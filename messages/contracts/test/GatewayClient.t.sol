// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {GatewayClient, IGateway, Status} from "../src/GatewayClient.sol";
import {Base} from "./Base.sol";

/// @notice Opens the decoding functions to the tests.
contract Decoder is GatewayClient {
    constructor() GatewayClient(IGateway(address(1))) {}

    function asBytes32(Status s, bytes calldata p) external pure returns (bool, bytes32) {
        return _asBytes32(s, p);
    }

    function asUint256(Status s, bytes calldata p) external pure returns (bool, uint256) {
        return _asUint256(s, p);
    }

    function asAddress(Status s, bytes calldata p) external pure returns (bool, address) {
        return _asAddress(s, p);
    }

    function asBool(Status s, bytes calldata p) external pure returns (bool, bool) {
        return _asBool(s, p);
    }
}

contract GatewayClientTest is Base {
    Decoder internal decoder = new Decoder();

    function test_onlyTheGatewayCallsBack() public {
        vm.expectRevert(
            abi.encodeWithSelector(GatewayClient.GatewayClientOnlyGateway.selector, address(this))
        );
        app.onDecrypted(1, new bytes32[](0), new Status[](0), new bytes[](0));
    }

    function testFuzz_readsBackWhatWasEncoded(uint256 number, address account, bool flag) public view {
        (bool ok, uint256 n) = decoder.asUint256(Status.OPENED, abi.encode(number));
        assertTrue(ok && n == number, "number");
        (, bytes32 word) = decoder.asBytes32(Status.OPENED, abi.encode(number));
        assertEq(word, bytes32(number), "word");
        address a;
        (ok, a) = decoder.asAddress(Status.OPENED, abi.encode(account));
        assertTrue(ok && a == account, "address");
        bool b;
        (ok, b) = decoder.asBool(Status.OPENED, abi.encode(flag));
        assertTrue(ok && b == flag, "flag");
    }

    /// @dev Whatever was encrypted: no function reverts, and what is not of the type is not ok.
    function testFuzz_aPoisonedPlaintextIsNeverARevert(bytes calldata plaintext, uint8 rawStatus)
        public
        view
    {
        Status status = Status(rawStatus % 4);
        bool isWord = status == Status.OPENED && plaintext.length == 32;
        (bool ok, uint256 value) = decoder.asUint256(status, plaintext);
        assertTrue(ok == isWord && (ok || value == 0), "number");
        (ok,) = decoder.asBytes32(status, plaintext);
        assertTrue(ok == isWord, "word");
        (ok,) = decoder.asAddress(status, plaintext);
        assertTrue(ok == (isWord && value <= type(uint160).max), "address");
        (ok,) = decoder.asBool(status, plaintext);
        assertTrue(ok == (isWord && value <= 1), "flag");
    }

    function test_wordsThatAreNoAddressOrFlagAreNotOk() public view {
        (bool ok,) = decoder.asAddress(Status.OPENED, abi.encode(uint256(1) << 160));
        assertFalse(ok, "address");
        (ok,) = decoder.asBool(Status.OPENED, abi.encode(2));
        assertFalse(ok, "flag");
    }
}
