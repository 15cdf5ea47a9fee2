// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {IACL} from "../src/IACL.sol";
import {IGateway} from "../src/IGateway.sol";
import {Options, Proof} from "../src/Messages.sol";
import {RecordingApp} from "./apps/RecordingApp.sol";
import {Base} from "./Base.sol";

contract ACLTest is Base {
    address internal constant ALICE = address(0xa11ce);
    address internal constant BOB = address(0xb0b);

    bytes32 internal handle;
    RecordingApp internal other;

    function setUp() public override {
        super.setUp();
        (handle,) = register("salt", 32);
        other = newApp();
    }

    function test_theRegisteringAppIsAlwaysAllowed() public {
        assertTrue(gateway.isAllowed(handle, address(app)), "app");
        app.revoke(handle, address(app));
        assertTrue(gateway.isAllowed(handle, address(app)), "still");
    }

    function test_nobodyElseIs() public view {
        assertFalse(gateway.isAllowed(handle, OWNER), "owner");
        assertFalse(gateway.isAllowed(handle, address(other)), "another app");
        assertFalse(gateway.isAllowed("unknown", address(app)), "unknown handle");
        assertFalse(gateway.isAllowed("unknown", address(0)), "nobody, of an unknown handle");
        assertFalse(gateway.isAllowedForDecryption(handle), "public");
    }

    function test_aGrantLastsAndCanBePassedOn() public {
        vm.expectEmit(true, true, true, true, address(gateway));
        emit IACL.Allowed(handle, address(app), ALICE);
        app.allow(handle, ALICE);
        vm.prank(ALICE);
        gateway.allow(handle, BOB);
        assertTrue(gateway.isAllowed(handle, BOB), "passed on");
    }

    function test_whoIsNotAllowedGrantsNothing() public {
        bytes memory refusal = abi.encodeWithSelector(IACL.GatewayNotAllowed.selector, handle, ALICE);
        vm.startPrank(ALICE);
        vm.expectRevert(refusal);
        gateway.allow(handle, ALICE);
        vm.expectRevert(refusal);
        gateway.allowTransient(handle, ALICE);
        vm.expectRevert(refusal);
        gateway.allowForDecryption(handle);
        vm.stopPrank();
        vm.expectRevert(
            abi.encodeWithSelector(IACL.GatewayNotAllowed.selector, bytes32("unknown"), address(app))
        );
        app.allow("unknown", ALICE);
    }

    function test_theAppRevokesAndAnAccountRenounces() public {
        app.allow(handle, ALICE);
        app.allow(handle, BOB);
        vm.expectEmit(true, true, true, true, address(gateway));
        emit IACL.Revoked(handle, address(app), ALICE);
        app.revoke(handle, ALICE);
        assertFalse(gateway.isAllowed(handle, ALICE), "revoked");
        vm.prank(BOB);
        gateway.revoke(handle, BOB);
        assertFalse(gateway.isAllowed(handle, BOB), "renounced");
    }

    function test_onlyTheAppRevokesOthers() public {
        app.allow(handle, ALICE);
        app.allow(handle, BOB);
        vm.startPrank(BOB);
        bytes memory refusal = abi.encodeWithSelector(IACL.GatewayNotRegistrant.selector, handle, BOB);
        vm.expectRevert(refusal);
        gateway.revoke(handle, ALICE);
        vm.expectRevert(refusal);
        gateway.revokeForDecryption(handle);
        vm.stopPrank();
        assertTrue(gateway.isAllowed(handle, ALICE), "still allowed");
    }

    function test_aGrantForDecryptionLetsAnyoneAskUntilRevoked() public {
        Options memory o = options(Proof.OPENING);
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayAclDenied.selector, handle, address(other)));
        other.requestPaying(one(handle), 0, o, 1 ether);
        app.allowForDecryption(handle);
        assertEq(other.requestPaying(one(handle), 0, o, 1 ether), 1, "granted");
        app.revokeForDecryption(handle);
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayAclDenied.selector, handle, address(other)));
        other.requestPaying(one(handle), 0, o, 1 ether);
    }

    /// @dev Each call here is a transaction of its own (isolate = true).
    function test_aTransientGrantEndsWithItsTransaction() public {
        assertEq(app.lend(other, one(handle), options(Proof.OPENING)), 1, "used within");
        assertFalse(gateway.isAllowed(handle, address(other)), "gone after");
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayAclDenied.selector, handle, address(other)));
        other.requestPaying(one(handle), 0, options(Proof.OPENING), 1 ether);
    }

    function test_aTransientGrantIsRevokedWithinItsTransaction() public {
        app.lendNothing(other, handle);
    }

    function testFuzz_grantsTouchOneHandleAndOneAccount(bytes32 salt, address account, address stranger)
        public
    {
        vm.assume(account != address(0) && account != stranger && stranger != address(app));
        vm.assume(salt != "salt");
        (bytes32 second,) = register(salt, 1);
        app.allow(second, account);
        assertTrue(gateway.isAllowed(second, account), "granted");
        assertFalse(gateway.isAllowed(second, stranger), "another account");
        if (account != address(app)) assertFalse(gateway.isAllowed(handle, account), "another handle");
    }
}
