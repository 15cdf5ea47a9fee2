// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {KMSRegistry} from "../src/KMSRegistry.sol";
import {BLS} from "../src/lib/BLS.sol";
import {KnownAnswers} from "../src/lib/KnownAnswers.sol";
import {Opening} from "../src/lib/Opening.sol";
import {Base, Sealed} from "./Base.sol";
import {Vector, Vectors} from "./Vectors.sol";

/// @notice Makes the library's reverts catchable.
contract OpeningCaller {
    function isValid(bytes32 seed, bytes calldata plaintext, bytes calldata c1) external view returns (bool) {
        return Opening.isValid(seed, plaintext, c1);
    }
}

contract OpeningTest is Base {
    OpeningCaller internal opening = new OpeningCaller();

    function test_opensWhatThePackageEncrypted() public view {
        for (uint256 i; i < Vectors.COUNT; ++i) {
            Vector memory v = Vectors.get(i);
            assertTrue(
                opening.isValid(v.seed, v.message, slice(v.ciphertext, 8, 104)), "package's ciphertext"
            );
        }
    }

    function test_refusesEveryOtherCutOfSeedAndMessage() public view {
        Vector memory v = Vectors.get(4);
        bytes memory c1 = slice(v.ciphertext, 8, 104);
        bytes memory joined = bytes.concat(v.seed, v.message);
        for (uint256 cut; cut <= joined.length; ++cut) {
            if (cut == 32) continue;
            bytes memory message = slice(joined, cut, joined.length);
            bytes memory seed = slice(joined, 0, cut);
            bytes32 left = bytes32(seed);
            bytes32 right = cut < 32 ? left >> (8 * (32 - cut)) : bytes32(slice(seed, cut - 32, cut));
            assertFalse(opening.isValid(left, message, c1), "left aligned");
            assertFalse(opening.isValid(right, message, c1), "right aligned");
        }
    }

    function testFuzz_opensOnlyWhatWasSealed(bytes32 seed, bytes calldata message, uint256 bit) public view {
        vm.assume(message.length <= 1024);
        Sealed memory s = seal(seed, message);
        bytes memory c1 = slice(s.ciphertext, 8, 104);
        assertTrue(opening.isValid(seed, message, c1), "honest");
        assertFalse(opening.isValid(seed ^ bytes32(1 << (bit % 256)), message, c1), "other seed");
        assertFalse(opening.isValid(seed, bytes.concat(message, bytes1(0)), c1), "longer message");
        assertFalse(opening.isValid(seed, message, flip(c1, bit % 768)), "other c1");
        if (message.length == 0) return;
        assertFalse(opening.isValid(seed, flip(message, bit % (8 * message.length)), c1), "other message");
        assertFalse(opening.isValid(seed, slice(message, 0, message.length - 1), c1), "shorter message");
    }

    function test_refusesAnyOtherShapeOfC1() public view {
        Sealed memory s = seal("seed", "message");
        bytes memory c1 = slice(s.ciphertext, 8, 104);
        assertFalse(opening.isValid("seed", "message", ""), "empty");
        assertFalse(opening.isValid("seed", "message", slice(c1, 0, 95)), "short");
        assertFalse(opening.isValid("seed", "message", bytes.concat(c1, bytes1(0))), "long");
        bytes memory infinity = new bytes(96);
        infinity[0] = 0xc0;
        assertFalse(opening.isValid("seed", "message", infinity), "infinity");
        infinity[0] = 0x80;
        assertFalse(opening.isValid("seed", "message", infinity), "zeros");
    }

    function test_aChainWithoutThePrecompileReverts() public {
        bytes memory c1 = new bytes(96);
        c1[0] = 0x80;
        vm.mockCall(address(0x0e), "", "");
        vm.expectRevert(abi.encodeWithSelector(BLS.GatewayPrecompileFailed.selector, address(0x0e)));
        opening.isValid("any", "thing", c1);
    }

    function test_aShortAnswerOfThePrecompileReverts() public {
        vm.mockCall(address(0x0e), "", new bytes(255));
        vm.expectRevert(abi.encodeWithSelector(BLS.GatewayPrecompileFailed.selector, address(0x0e)));
        opening.isValid("any", "thing", new bytes(96));
    }

    function test_neitherContractDeploysWithoutThePrecompiles() public {
        address predicted = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        KMSRegistry fresh = newRegistry(predicted, GOVERNOR, 0);
        vm.mockCall(address(0x0e), "", "");
        vm.expectRevert(abi.encodeWithSelector(BLS.GatewayPrecompileFailed.selector, address(0x0e)));
        newGateway(fresh);
    }

    function test_aPrecompileThatAnswersWronglyIsNoticedAtDeployment() public {
        address predicted = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        KMSRegistry fresh = newRegistry(predicted, GOVERNOR, 0);
        vm.mockCall(address(0x0e), "", new bytes(256));
        vm.expectRevert(KnownAnswers.GatewayChainUnfit.selector);
        newGateway(fresh);
    }

    function flip(bytes memory data, uint256 bit) internal pure returns (bytes memory copy) {
        copy = bytes.concat(data);
        copy[bit / 8] = copy[bit / 8] ^ bytes1(uint8(1 << (bit % 8)));
    }
}
