// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {BLS} from "../src/lib/BLS.sol";
import {KnownAnswers} from "../src/lib/KnownAnswers.sol";
import {Base} from "./Base.sol";
import {Vectors} from "./Vectors.sol";

/// @notice Makes the library's reverts catchable.
contract BLSCaller {
    function hashToG1(bytes memory message, bytes memory dst) external view returns (bytes memory) {
        return BLS.hashToG1(message, dst);
    }

    function g2AddTimes(bytes memory point, uint256 scalar) external view returns (bytes memory) {
        return BLS.g2AddTimes(point, scalar);
    }
}

contract BLSTest is Base {
    uint256 internal constant CAP = 200_000;

    BLSCaller internal caller = new BLSCaller();

    /*//////////////////////////////////////////////////////////////
                             PUBLIC VECTORS
    //////////////////////////////////////////////////////////////*/

    /// @dev RFC 9380 appendix J.9.1, messages "" and "abc".
    function test_hashesToG1AsRfc9380() public view {
        bytes memory dst = "QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";
        assertEq(
            BLS.hashToG1("", dst),
            hex"00000000000000000000000000000000052926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1"
            hex"0000000000000000000000000000000008ba738453bfed09cb546dbb0783dbb3a5f1f566ed67bb6be0e8c67e2e81a4cc68ee29813bb7994998f3eae0c9c6a265",
            "empty message"
        );
        assertEq(
            BLS.hashToG1("abc", dst),
            hex"0000000000000000000000000000000003567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903"
            hex"000000000000000000000000000000000b9c15f3fe6e5cf4211f346271d7b01c8f3b28be689c8429c85b67af215533311f0b8dfaaa154fa6b88176c229f2885d",
            "abc"
        );
    }

    /// @dev From the public test vectors of dfinity/vetkeys.
    function test_derivesAsThePublishedVector() public view {
        bytes memory master = hex"000000000000000000000000000000000995041e2ee4a47b2226a2439d92a38557a7e2acc72fd157283b20f1f37ba872be235214c6a9cbba1eb2ef39deec72a5"
            hex"000000000000000000000000000000001183b871aa141d15ba2efc5bc58a49cb6a167741364804617f48dfe11e0285696b7018f172dad1a87ed81abf27ea4c32"
            hex"0000000000000000000000000000000011a0f8b767087b9e0ff71f9087af989621f02159292710b36ffcb00d1e48eaa6ccf5248654fa00f5f8406eec7367ca4d"
            hex"000000000000000000000000000000000683c8d3c37666545a29e0f3300bcf2494ebf00938f6c0a49be96c0197b0510f79dac5f562a0fd3f00e9d69f16679cf6";
        assertEq(
            BLS.compressed(BLS.derive(master, "test-canister-id", "test-context")),
            hex"a20125b8cdfc57f71b6f67e557e82c1307c1af9f728573f3b682f3b1816684f3f6aed5d8dd40a309b457a25dab7d8a1416fc0e0973000321c0c1dd844d80a5708e81fdd8338ea6433f175992fa05ef343b1e7f89a09f3b5b7c0766ccb3c624cd",
            "derived public key"
        );
    }

    function test_hashesAndSignsAsNoble() public view {
        bytes memory hashed = BLS.hashToG1(bytes.concat(Vectors.ATTEST_KEY, Vectors.ID), BLS.G1_DST);
        assertEq(hashed, Vectors.ID_HASHED, "augmented hash");
        assertEq(BLS.compressed(Vectors.ATTEST_POINT), Vectors.ATTEST_KEY, "compressed");
        assertEq(BLS.compressed(Vectors.MPK_POINT), Vectors.MPK, "compressed master key");
        bytes memory appId = abi.encodePacked(Vectors.CHAIN_ID, Vectors.GATEWAY);
        assertEq(
            BLS.derive(Vectors.MPK_POINT, appId, "kmsgateway/attest/v1"), Vectors.ATTEST_POINT, "derived"
        );
        assertTrue(verify(Vectors.SIGNATURE, Vectors.ID), "package's signature");
    }

    /*//////////////////////////////////////////////////////////////
                               SIGNATURES
    //////////////////////////////////////////////////////////////*/

    function testFuzz_acceptsWhatTheKeySignedAndNothingElse(bytes32 id, uint256 bit) public view {
        bytes memory signature = sign(id);
        assertTrue(registry.verifyQuorum(KEY_ID, id, signature), "signed");
        assertFalse(registry.verifyQuorum(KEY_ID, id ^ bytes32(1 << (bit % 256)), signature), "other id");
        bit = bit % 1024;
        signature[bit / 8] = signature[bit / 8] ^ bytes1(uint8(1 << (bit % 8)));
        assertFalse(registry.verifyQuorum(KEY_ID, id, signature), "flipped bit");
    }

    function test_refusesInfinityAndOtherLengths() public view {
        assertFalse(verify(new bytes(128), Vectors.ID), "infinity");
        assertFalse(verify("", Vectors.ID), "empty");
        assertFalse(verify(slice(Vectors.SIGNATURE, 0, 127), Vectors.ID), "short");
        assertFalse(verify(bytes.concat(Vectors.SIGNATURE, bytes1(0)), Vectors.ID), "long");
    }

    /// @dev (0, 2) has order 3: the pairing equation alone does not see it.
    function test_refusesASignatureShiftedByTorsion() public view {
        bytes memory torsion = new bytes(128);
        torsion[127] = 0x02;
        bytes memory shifted = g1Add(Vectors.SIGNATURE, torsion);
        assertFalse(verify(shifted, Vectors.ID), "shifted");
    }

    function test_refusesAPointOffTheCurveAndANonCanonicalOne() public view {
        bytes memory point = bytes.concat(Vectors.SIGNATURE);
        point[0] = 0x01;
        assertFalse(verify(point, Vectors.ID), "bytes above the field");
        point = new bytes(128);
        point[63] = 0x01;
        point[127] = 0x01;
        assertFalse(verify(point, Vectors.ID), "off the curve");
    }

    /// @dev As on a chain that doubled the price: the cap does not cover it, until it is raised.
    function test_aPairingAboveTheCapIsNoProof() public view {
        bytes memory point = Vectors.ATTEST_POINT;
        bytes memory id = abi.encodePacked(Vectors.ID);
        assertFalse(BLS.verify(Vectors.SIGNATURE, Vectors.ATTEST_KEY, point, id, 102_899), "below its price");
        assertTrue(BLS.verify(Vectors.SIGNATURE, Vectors.ATTEST_KEY, point, id, 102_900), "its price");
    }

    /*//////////////////////////////////////////////////////////////
                              PRECOMPILES
    //////////////////////////////////////////////////////////////*/

    function test_everyPrecompileIsCheckedForItsAnswersSize() public {
        uint160[4] memory precompiles = [uint160(0x02), 0x05, 0x0b, 0x10];
        for (uint256 i; i < precompiles.length; ++i) {
            for (uint256 wrong; wrong < 2; ++wrong) {
                vm.mockCall(address(precompiles[i]), "", new bytes(wrong * 47));
                vm.expectRevert(
                    abi.encodeWithSelector(BLS.GatewayPrecompileFailed.selector, address(precompiles[i]))
                );
                caller.hashToG1("message", "dst");
                vm.clearMockedCalls();
            }
        }
    }

    function test_aMissingPairingIsNoProof() public {
        vm.mockCall(address(0x0f), "", "");
        assertFalse(verify(Vectors.SIGNATURE, Vectors.ID), "no pairing precompile");
        vm.mockCall(address(0x0f), "", new bytes(64));
        assertFalse(verify(Vectors.SIGNATURE, Vectors.ID), "an answer of another size");
    }

    function test_theRegistryDoesNotDeployWithoutThePrecompiles() public {
        uint160[2] memory precompiles = [uint160(0x0b), 0x10];
        for (uint256 i; i < 2; ++i) {
            vm.mockCall(address(precompiles[i]), "", "");
            vm.expectRevert(
                abi.encodeWithSelector(BLS.GatewayPrecompileFailed.selector, address(precompiles[i]))
            );
            newRegistry(address(1), GOVERNOR, 0);
            vm.clearMockedCalls();
        }
        vm.mockCall(address(0x0f), "", "");
        vm.expectRevert(KnownAnswers.GatewayChainUnfit.selector);
        newRegistry(address(1), GOVERNOR, 0);
        vm.mockCall(address(0x0f), "", abi.encode(1));
        vm.expectRevert(KnownAnswers.GatewayChainUnfit.selector);
        newRegistry(address(1), GOVERNOR, 0);
    }

    function test_additionInG2RefusesForeignPoints() public {
        bytes memory point = bytes.concat(Vectors.MPK_POINT);
        point[255] = point[255] ^ 0x01;
        vm.expectRevert(abi.encodeWithSelector(BLS.GatewayPrecompileFailed.selector, address(0x0e)));
        caller.g2AddTimes(point, 1);
    }

    /*//////////////////////////////////////////////////////////////
                               COMPRESSION
    //////////////////////////////////////////////////////////////*/

    /// @dev Negating a point flips the sign flag and nothing else.
    function testFuzz_compressionTellsAPointFromItsNegative(uint256 scalar) public view {
        scalar = bound(scalar, 1, BLS.R - 1);
        bytes memory point = BLS.compressed(BLS.g2Times(scalar));
        bytes memory negative = BLS.compressed(BLS.g2Times(BLS.R - scalar));
        assertEq(uint8(point[0] ^ negative[0]), 0x20, "sign");
        assertEq(slice(point, 1, 96), slice(negative, 1, 96), "x");
        assertEq(uint8(point[0] & 0xc0), 0x80, "flags");
    }

    /// @dev Where y.c1 is zero, y.c0 decides; the boundary is (p - 1) / 2.
    function test_compressionLooksAtC0WhereC1IsZero() public pure {
        bytes memory half =
            hex"0d0088f51cbff34d258dd3db21a5d66bb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555";
        bytes memory point = bytes.concat(new bytes(128), new bytes(16), half, new bytes(64));
        assertEq(uint8(BLS.compressed(point)[0]), 0x80, "half is not larger");
        half[47] = 0x56;
        point = bytes.concat(new bytes(128), new bytes(16), half, new bytes(64));
        assertEq(uint8(BLS.compressed(point)[0]), 0xa0, "half plus one is");
        point = bytes.concat(new bytes(128), new bytes(64), new bytes(16), half);
        assertEq(uint8(BLS.compressed(point)[0]), 0xa0, "in c1");
        half[47] = 0x55;
        point = bytes.concat(new bytes(128), new bytes(64), new bytes(16), half);
        assertEq(uint8(BLS.compressed(point)[0]), 0x80, "half in c1");
    }

    function verify(bytes memory signature, bytes32 id) internal view returns (bool) {
        return BLS.verify(signature, Vectors.ATTEST_KEY, Vectors.ATTEST_POINT, abi.encodePacked(id), CAP);
    }
}
