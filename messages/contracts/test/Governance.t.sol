// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {Governance} from "../src/Governance.sol";
import {Base} from "./Base.sol";

contract GovernanceTest is Base {
    bytes32 internal constant OTHER = keccak256("key two");

    function test_onlyTheGovernorGoverns() public {
        bytes memory refusal = abi.encodeWithSelector(Governance.GatewayNotGovernor.selector, address(this));
        vm.expectRevert(refusal);
        registry.stageKey(config(OTHER));
        vm.expectRevert(refusal);
        registry.activateKey(KEY_ID);
        vm.expectRevert(refusal);
        registry.schedule("");
        vm.expectRevert(refusal);
        registry.cancel(0);
        vm.expectRevert(refusal);
        registry.execute("");
    }

    function test_theGovernorCannotSkipTheSchedule() public {
        vm.startPrank(GOVERNOR);
        vm.expectRevert(Governance.GatewayOnlyScheduled.selector);
        registry.retireKey(KEY_ID);
        vm.expectRevert(Governance.GatewayOnlyScheduled.selector);
        registry.setPairingGas(1_000_000);
        vm.expectRevert(Governance.GatewayOnlyScheduled.selector);
        registry.setFee(KEY_ID, TREASURY, 0);
        vm.expectRevert(Governance.GatewayOnlyScheduled.selector);
        registry.setGovernor(address(1));
        vm.stopPrank();
    }

    function test_aChangeTakesEffectAfterTheDelayAndOnce() public {
        bytes memory action = abi.encodeCall(registry.setFee, (KEY_ID, address(0xfee), 7));
        vm.startPrank(GOVERNOR);
        bytes32 change = registry.schedule(action);
        uint64 due = clock() + DELAY;
        vm.warp(due - 1);
        vm.expectRevert(abi.encodeWithSelector(Governance.GatewayChangeTooEarly.selector, due));
        registry.execute(action);
        vm.warp(due);
        registry.execute(action);
        vm.expectRevert(abi.encodeWithSelector(Governance.GatewayChangeUnknown.selector, change));
        registry.execute(action);
        vm.stopPrank();
        assertEq(registry.treasuryOf(KEY_ID), address(0xfee), "treasury");
        (, uint128 rate) = registry.priceAt(1);
        assertEq(rate, 7, "rate");
    }

    function test_aCancelledChangeIsGone() public {
        bytes memory action = abi.encodeCall(registry.setGovernor, (address(1)));
        vm.startPrank(GOVERNOR);
        bytes32 change = registry.schedule(action);
        registry.cancel(change);
        vm.warp(clock() + DELAY);
        vm.expectRevert(abi.encodeWithSelector(Governance.GatewayChangeUnknown.selector, change));
        registry.execute(action);
        vm.expectRevert(abi.encodeWithSelector(Governance.GatewayChangeUnknown.selector, change));
        registry.cancel(change);
        vm.stopPrank();
    }

    function test_theGovernorIsReplaced() public {
        enact(abi.encodeCall(registry.setGovernor, (address(0x9999))));
        assertEq(registry.governor(), address(0x9999), "governor");
        vm.prank(GOVERNOR);
        vm.expectPartialRevert(Governance.GatewayNotGovernor.selector);
        registry.schedule("");
    }

    /// @dev A chain that doubles its prices needs a higher cap; governance sets it, within a floor.
    function test_thePairingCapFollowsThePrices() public {
        enact(abi.encodeCall(registry.setPairingGas, (102_899)));
        assertFalse(registry.verifyQuorum(KEY_ID, "id", sign("id")), "below the price");
        enact(abi.encodeCall(registry.setPairingGas, (400_000)));
        assertTrue(registry.verifyQuorum(KEY_ID, "id", sign("id")), "above it");
        bytes memory action = abi.encodeCall(registry.setPairingGas, (99_999));
        vm.prank(GOVERNOR);
        registry.schedule(action);
        vm.warp(clock() + DELAY);
        vm.prank(GOVERNOR);
        vm.expectPartialRevert(Governance.GatewayChangeFailed.selector);
        registry.execute(action);
    }

    function test_theConstructorRefusesMissingAddresses() public {
        vm.expectRevert(Governance.GatewayAddressMissing.selector);
        newRegistry(address(0), GOVERNOR, 0);
        vm.expectRevert(Governance.GatewayAddressMissing.selector);
        newRegistry(address(1), address(0), 0);
    }
}
