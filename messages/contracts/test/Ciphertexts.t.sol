// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {IGateway} from "../src/IGateway.sol";
import {IKMSRegistry, KeyStatus} from "../src/IKMSRegistry.sol";
import {Digests} from "../src/lib/Digests.sol";
import {Base} from "./Base.sol";
import {Vector, Vectors} from "./Vectors.sol";

contract CiphertextsTest is Base {
    /*//////////////////////////////////////////////////////////////
                               CIPHERTEXTS
    //////////////////////////////////////////////////////////////*/

    function test_registersWhatThePackageEncrypted() public {
        for (uint256 i; i < Vectors.COUNT; ++i) {
            Vector memory v = Vectors.get(i);
            bytes32 salt = bytes32(i);
            bytes32 inputId =
                keccak256(abi.encode(block.chainid, address(gateway), address(app), OWNER, salt));
            bytes32 c1 = keccak256(slice(v.ciphertext, 8, 104));
            bytes32 rest = keccak256(slice(v.ciphertext, 104, v.ciphertext.length));
            bytes32 want = keccak256(abi.encode(inputId, KEY_ID, c1, rest, v.message.length));
            vm.expectEmit(true, true, true, true, address(gateway));
            emit IGateway.CiphertextRegistered(want, address(app), OWNER, inputId, salt, KEY_ID, v.ciphertext);
            assertEq(app.register(OWNER, salt, KEY_ID, v.ciphertext), want, "handle");
            assertEq(gateway.handleOf(inputId), want, "by identity");
            (address who, bytes32 keyId, uint64 since, uint256 length) = gateway.infoOf(want);
            assertEq(who, address(app), "app");
            assertEq(keyId, KEY_ID, "key");
            assertEq(since, 1000, "block");
            assertEq(length, v.message.length, "length");
        }
    }

    function test_anIdentityIsWhatTheExampleScriptComputes() public view {
        address app_ = address(bytes20(hex"2222222222222222222222222222222222222222"));
        address owner = address(bytes20(hex"3333333333333333333333333333333333333333"));
        address gateway_ = address(bytes20(Vectors.GATEWAY));
        bytes32 id = Digests.inputId(gateway_, app_, owner, Vectors.INPUT_SALT);
        assertEq(id, Vectors.INPUT_ID, "identity");
    }

    function test_anIdentityIsUsedOnce() public {
        register("salt", 32);
        bytes32 inputId = gateway.inputIdOf(address(app), OWNER, "salt");
        bytes memory second = seal("another", "message").ciphertext;
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayAlreadyRegistered.selector, inputId));
        app.register(OWNER, "salt", KEY_ID, second);
    }

    function testFuzz_refusesMalformedCiphertexts(uint256 length, uint256 place, uint8 xor) public {
        bytes memory ciphertext = seal("seed", text("x", 32)).ciphertext;
        length = bound(length, 0, 2000);
        if (length < 136 || length > 136 + 1024) {
            refuse(
                bytes.concat(
                    slice(ciphertext, 0, length < 104 ? length : 104),
                    new bytes(length > 104 ? length - 104 : 0)
                )
            );
        }
        place = place % 8;
        if (xor == 0) xor = 1;
        ciphertext[place] = ciphertext[place] ^ bytes1(xor);
        refuse(ciphertext);
    }

    function test_refusesTheFlagsOfInfinityAndOfUncompressedPoints() public {
        bytes memory ciphertext = seal("seed", text("x", 32)).ciphertext;
        bytes1 first = ciphertext[8] & 0x3f;
        bytes1[3] memory flags = [bytes1(0x00), 0x40, 0xc0];
        for (uint256 i; i < 3; ++i) {
            ciphertext[8] = first | flags[i];
            refuse(ciphertext);
        }
        ciphertext[8] = first | 0x80;
        app.register(OWNER, "fine", KEY_ID, ciphertext);
    }

    function test_refusesAKeyThatIsNotActive() public {
        bytes memory ciphertext = seal("seed", "message").ciphertext;
        vm.expectRevert(
            abi.encodeWithSelector(IKMSRegistry.GatewayKeyStatus.selector, bytes32("other"), KeyStatus.NONE)
        );
        app.register(OWNER, "salt", "other", ciphertext);
    }

    function refuse(bytes memory ciphertext) internal {
        vm.expectRevert(IGateway.GatewayMalformedCiphertext.selector);
        app.register(OWNER, "salt", KEY_ID, ciphertext);
    }
}
