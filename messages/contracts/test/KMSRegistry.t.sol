// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {Governance} from "../src/Governance.sol";
import {IKMSRegistry, Key, KeyConfig, KeyStatus} from "../src/IKMSRegistry.sol";
import {KMSRegistry} from "../src/KMSRegistry.sol";
import {BLS} from "../src/lib/BLS.sol";
import {Base} from "./Base.sol";
import {Vectors} from "./Vectors.sol";

contract KMSRegistryTest is Base {
    bytes32 internal constant OTHER = keccak256("key two");

    /*//////////////////////////////////////////////////////////////
                                STAGING
    //////////////////////////////////////////////////////////////*/

    function test_stagingDerivesTheKeyThatThePackageDerives() public {
        vm.chainId(Vectors.CHAIN_ID);
        KMSRegistry fresh = newRegistry(address(bytes20(Vectors.GATEWAY)), GOVERNOR, 0);
        vm.prank(GOVERNOR);
        fresh.stageKey(config(KEY_ID));
        Key memory key = fresh.keyOf(KEY_ID);
        assertEq(key.attestKey, Vectors.ATTEST_KEY, "attest key");
        assertEq(key.attestPoint, Vectors.ATTEST_POINT, "its point");
        assertTrue(fresh.verifyQuorum(KEY_ID, Vectors.ID, Vectors.SIGNATURE), "noble's signature");
    }

    function test_aKeyTellsAllThatWasStaged() public {
        vm.prank(GOVERNOR);
        vm.expectEmit(true, true, true, true, address(registry));
        KeyConfig memory c = config(OTHER);
        emit IKMSRegistry.KeyStaged(OTHER, 1, 3, 2, Vectors.MPK, c.parties, clock() + DELAY);
        registry.stageKey(c);
        Key memory key = registry.keyOf(OTHER);
        assertEq(key.keyId, OTHER, "id");
        assertEq(key.index, 2, "index");
        assertTrue(key.status == KeyStatus.STAGED, "status");
        assertEq(key.n, 3, "n");
        assertEq(key.threshold, 2, "t");
        assertEq(key.epoch, 1, "epoch");
        assertEq(key.activatableAt, clock() + DELAY, "activatable");
        assertEq(key.treasury, TREASURY, "treasury");
        assertEq(key.feeRate, FEE_RATE, "fee rate");
        assertEq(key.parties[2], address(0xa2), "third party");
        assertEq(key.mpk, Vectors.MPK, "mpk");
        assertEq(key.mpkPoint, Vectors.MPK_POINT, "mpk point");
        assertEq(registry.keyIdAt(2), OTHER, "id by index");
        assertEq(registry.treasuryOf(OTHER), TREASURY, "treasury by id");
        assertTrue(registry.keyOf("unknown").status == KeyStatus.NONE, "unknown");
    }

    function test_refusesAKeyThatIsNoPointOfTheSubgroup() public {
        KeyConfig memory c = config(OTHER);
        c.mpkPoint = new bytes(256);
        c.mpk = new bytes(96);
        c.mpk[0] = 0xc0;
        refuse(c, abi.encodeWithSelector(IKMSRegistry.GatewayKeyInvalid.selector));
        c.mpk[0] = 0x80;
        refuse(c, abi.encodeWithSelector(IKMSRegistry.GatewayKeyInvalid.selector));
        c = config(OTHER);
        c.mpkPoint = slice(c.mpkPoint, 0, 255);
        refuse(c, abi.encodeWithSelector(IKMSRegistry.GatewayKeyInvalid.selector));
        c = config(OTHER);
        c.mpk = Vectors.ATTEST_KEY;
        refuse(c, abi.encodeWithSelector(IKMSRegistry.GatewayKeyInvalid.selector));
        c = config(OTHER);
        c.mpkPoint[255] = c.mpkPoint[255] ^ 0x01;
        refuse(c, abi.encodeWithSelector(BLS.GatewayPrecompileFailed.selector, address(0x0e)));
        // On the curve of G2, but of another order (found by trying x = 0, 1, 2 ...).
        c = config(OTHER);
        c.mpkPoint = Vectors.OUTSIDE_SUBGROUP;
        refuse(c, abi.encodeWithSelector(BLS.GatewayPrecompileFailed.selector, address(0x0e)));
    }

    function testFuzz_refusesUnsafeThresholds(uint16 t, uint8 n) public {
        n = uint8(bound(n, 0, 40));
        KeyConfig memory c = config(OTHER);
        c.threshold = t;
        c.parties = new address[](n);
        for (uint160 i; i < n; ++i) {
            c.parties[i] = address(0x1000 + i);
        }
        if (n == 0 || t > n || uint256(n) >= 2 * uint256(t)) {
            refuse(c, abi.encodeWithSelector(IKMSRegistry.GatewayThresholdInvalid.selector, n, t));
        } else {
            vm.prank(GOVERNOR);
            registry.stageKey(c);
            assertEq(registry.keyOf(OTHER).n, n, "n");
        }
    }

    /// @dev Under the gas of a transaction (EIP-7825), with the largest committee.
    function test_128PartiesFitATransactionAndMoreAreRefused() public {
        KeyConfig memory c = config(OTHER);
        c.parties = new address[](129);
        c.threshold = 86;
        for (uint160 i; i < 129; ++i) {
            c.parties[i] = address(0x1000 + i);
        }
        refuse(c, abi.encodeWithSelector(IKMSRegistry.GatewayThresholdInvalid.selector, 129, 86));
        address[] memory parties = c.parties;
        assembly {
            mstore(parties, 128)
        }
        vm.prank(GOVERNOR);
        registry.stageKey(c);
        assertLe(vm.lastCallGas().gasTotalUsed, 7_000_000, "half of EIP-7825");
    }

    function test_refusesAPartyTwiceOrMissing() public {
        KeyConfig memory c = config(OTHER);
        c.parties[2] = c.parties[0];
        refuse(c, abi.encodeWithSelector(IKMSRegistry.GatewayPartyInvalid.selector, c.parties[0]));
        c.parties[2] = address(0);
        refuse(c, abi.encodeWithSelector(IKMSRegistry.GatewayPartyInvalid.selector, address(0)));
    }

    function test_refusesAKnownIdAndAMissingTreasury() public {
        refuse(config(KEY_ID), abi.encodeWithSelector(IKMSRegistry.GatewayKeyExists.selector, KEY_ID));
        KeyConfig memory c = config(OTHER);
        c.treasury = address(0);
        refuse(c, abi.encodeWithSelector(Governance.GatewayAddressMissing.selector));
    }

    /*//////////////////////////////////////////////////////////////
                               LIFE OF A KEY
    //////////////////////////////////////////////////////////////*/

    function test_aKeyIsActivatedOnlyAfterTheDelayAndOnce() public {
        stage(OTHER);
        vm.expectRevert(
            abi.encodeWithSelector(IKMSRegistry.GatewayKeyStatus.selector, OTHER, KeyStatus.STAGED)
        );
        registry.activeIndexOf(OTHER);
        uint64 ready = clock() + DELAY;
        vm.warp(ready - 1);
        vm.prank(GOVERNOR);
        vm.expectRevert(abi.encodeWithSelector(IKMSRegistry.GatewayKeyTooEarly.selector, ready));
        registry.activateKey(OTHER);
        vm.warp(ready);
        vm.prank(GOVERNOR);
        registry.activateKey(OTHER);
        assertEq(registry.activeIndexOf(OTHER), 2, "active");
        vm.prank(GOVERNOR);
        vm.expectRevert(
            abi.encodeWithSelector(IKMSRegistry.GatewayKeyStatus.selector, OTHER, KeyStatus.ACTIVE)
        );
        registry.activateKey(OTHER);
    }

    function test_aRetiredKeyRegistersNothingAndStillVerifies() public {
        bytes memory ciphertext = seal("seed", "message").ciphertext;
        enact(abi.encodeCall(registry.retireKey, (KEY_ID)));
        vm.expectRevert(
            abi.encodeWithSelector(IKMSRegistry.GatewayKeyStatus.selector, KEY_ID, KeyStatus.RETIRED)
        );
        app.register(OWNER, "salt", KEY_ID, ciphertext);
        assertTrue(registry.verifyQuorum(KEY_ID, "id", sign("id")), "what is pending can settle");
        bytes memory again = abi.encodeCall(registry.retireKey, (KEY_ID));
        vm.prank(GOVERNOR);
        registry.schedule(again);
        vm.warp(clock() + DELAY);
        vm.prank(GOVERNOR);
        vm.expectPartialRevert(Governance.GatewayChangeFailed.selector);
        registry.execute(again);
    }

    function test_anUnknownKeyVerifiesNothing() public view {
        assertFalse(registry.verifyQuorum("unknown", "id", sign("id")), "unknown");
    }

    function refuse(KeyConfig memory c, bytes memory reason) internal {
        vm.prank(GOVERNOR);
        vm.expectRevert(reason);
        registry.stageKey(c);
    }
}
