// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {Options, Outcome, Proof, Request, Settlement, State, Status} from "../src/Messages.sol";
import {SecretNote} from "../src/examples/SecretNote.sol";
import {SealedBidAuction} from "../src/examples/SealedBidAuction.sol";
import {Opening} from "../src/lib/Opening.sol";
import {Base, Sealed} from "./Base.sol";

/// @notice Measures inside one call, as a settlement does its checks.
contract Meter {
    function opening(bytes32 seed, bytes memory message, bytes memory c1) external view returns (uint256) {
        uint256 before = gasleft();
        bool ok = Opening.isValid(seed, message, c1);
        uint256 used = before - gasleft();
        require(ok, "opening");
        return used;
    }
}

/// @title GasTest
/// @notice The promises about gas. Transactions are measured whole, intrinsic gas and calldata included
/// (isolate = true), on cold slots; values go to snapshots/, which is committed and checked.
contract GasTest is Base {
    SecretNote internal note;
    Meter internal meter;

    function setUp() public override {
        super.setUp();
        note = SecretNote(create("SecretNote.sol", abi.encode(gateway)));
        meter = new Meter();
        // The key's treasury and the app's credit have been used before, as in any deployment's second hour.
        (uint256 id, Request memory request, Outcome[] memory outcomes) = ask("warm up", 32);
        gateway.settle(id, request, outcomes, "");
    }

    function test_verificationCostsUnder35k() public {
        uint256[4] memory sizes = [uint256(0), 32, 256, 1024];
        string[4] memory names = ["opening 0 B", "opening 32 B", "opening 256 B", "opening 1024 B"];
        for (uint256 i; i < sizes.length; ++i) {
            Sealed memory s = seal(keccak256(abi.encode(i)), text("gas", sizes[i]));
            uint256 used = meter.opening(s.seed, s.message, slice(s.ciphertext, 8, 104));
            vm.snapshotValue(names[i], used);
            assertLe(used, 35_000, names[i]);
        }
    }

    function test_registrationThroughAnAppCostsUnder110k() public {
        Sealed memory s = seal("register", text("register", 1024));
        note.write("salt", KEY_ID, s.ciphertext);
        assertLe(vm.snapshotGasLastCall("register 1024 B through an app"), 110_000, "register");
    }

    function test_settlementCostsUnder120k() public {
        uint256[2] memory sizes = [uint256(32), 256];
        string[2] memory names = ["settle OPENING 32 B", "settle OPENING 256 B"];
        for (uint256 i; i < sizes.length; ++i) {
            (uint256 id, Request memory request, Outcome[] memory outcomes) =
                ask(keccak256(abi.encode("settle", i)), sizes[i]);
            gateway.settle(id, request, outcomes, "");
            assertLe(vm.snapshotGasLastCall(names[i]), 120_000, names[i]);
            assertEq(note.digestOf(outcomes[0].handle), keccak256(outcomes[0].plaintext), "stored");
        }
    }

    function test_quorumCostsUnder150kBesidesTheOpening() public {
        registry.verifyQuorum(KEY_ID, "id", sign("id"));
        uint256 verification = vm.snapshotGasLastCall("verify QUORUM alone, as a transaction");
        // Not counted: the transaction's 21,000 and its calldata.
        assertLe(verification, 150_000 + 21_000, "verification");
        SealedBidAuction auction = SealedBidAuction(
            create("SealedBidAuction.sol", abi.encode(gateway, TREASURY, KEY_ID, clock() + 1 hours))
        );
        Sealed memory s = seal("bid", abi.encode(1 ether));
        vm.deal(OWNER, 3 ether);
        vm.prank(OWNER);
        auction.bid{value: 2 ether}("salt", s.ciphertext);
        vm.warp(clock() + 1 hours);
        vm.prank(OWNER);
        auction.reveal{value: 1 ether}();
        (,, bytes32 handle) = auction.bids(0);
        Request memory request = Request(
            address(auction),
            KEY_ID,
            auction.bidsOpened.selector,
            Options(Proof.QUORUM, 300_000, clock() + 1 hours, OWNER)
        );
        Outcome[] memory outcomes = one(opened(handle, "salt", s));
        outcomes[0].inputId = gateway.inputIdOf(address(auction), OWNER, "salt");
        uint256 id = gateway.requestCount();
        gateway.settle(id, request, outcomes, attest(id, request, outcomes));
        uint256 used = vm.snapshotGasLastCall("settle QUORUM, an auction with one bid");
        assertEq(auction.winner(), OWNER, "winner");
        assertLe(used, 150_000 + 120_000, "settlement");
    }

    function test_rejectionCostsUnder200k() public {
        (uint256 id, Request memory request, Outcome[] memory outcomes) = ask("reject", 256);
        outcomes[0] = rejected(outcomes[0].handle, Status.MALFORMED);
        bytes memory attestation = attest(id, request, outcomes);
        gateway.settle(id, request, outcomes, attestation);
        assertLe(vm.snapshotGasLastCall("settle MALFORMED"), 200_000, "rejection");
    }

    function test_aBatchOf50IsAFifthCheaperEach() public {
        Settlement[] memory batch = new Settlement[](50);
        for (uint256 i; i < 50; ++i) {
            (uint256 id, Request memory request, Outcome[] memory outcomes) =
                ask(keccak256(abi.encode("batch", i)), 256);
            batch[i] = Settlement(id, request, outcomes, "");
        }
        (uint256 single, Request memory alone, Outcome[] memory its) = ask("single", 256);
        gateway.settle(single, alone, its, "");
        uint256 cost = vm.lastCallGas().gasTotalUsed;
        gateway.settleMany(batch);
        uint256 each = vm.snapshotGasLastCall("settleMany 50 x OPENING 256 B") / 50;
        vm.snapshotValue("settleMany 50 x OPENING 256 B, each", each);
        assertLe(each * 100, cost * 80, "a fifth cheaper");
    }

    function test_aFullRequestFitsATransaction() public {
        bytes32[] memory handles = new bytes32[](16);
        Outcome[] memory outcomes = new Outcome[](16);
        for (uint256 i; i < 16; ++i) {
            bytes32 salt = keccak256(abi.encode("full", i));
            Sealed memory s;
            (handles[i], s) = register(salt, 512);
            outcomes[i] = opened(handles[i], salt, s);
        }
        Request memory request = asked(options(Proof.QUORUM));
        request.options.callbackGasLimit = 5_000_000;
        uint256 id = app.request(handles, request.selector, request.options);
        bytes memory attestation = attest(id, request, outcomes);
        gateway.settle(id, request, outcomes, attestation);
        uint256 used = vm.snapshotGasLastCall("settle QUORUM 16 x 512 B, storing all");
        assertTrue(stateOf(id) == State.FULFILLED, "fulfilled");
        // All but the callback, and all that it may burn, in one transaction of EIP-7825.
        assertLe(used + 5_000_000, 1 << 24, "EIP-7825");
    }

    /// @dev A note by OWNER, requested.
    function ask(bytes32 salt, uint256 length)
        internal
        returns (uint256 id, Request memory request, Outcome[] memory outcomes)
    {
        Sealed memory s = seal(keccak256(abi.encode(salt)), text(salt, length));
        vm.prank(OWNER);
        bytes32 handle = note.write(salt, KEY_ID, s.ciphertext);
        Options memory chosen = Options(Proof.OPENING, 100_000, clock() + 1 hours, OWNER);
        request = Request(address(note), KEY_ID, note.noteOpened.selector, chosen);
        uint256 fee = gateway.estimateFee(one(handle), chosen);
        vm.deal(OWNER, fee);
        vm.prank(OWNER);
        id = note.open{value: fee}(salt);
        outcomes = one(opened(handle, salt, s));
        outcomes[0].inputId = gateway.inputIdOf(address(note), OWNER, salt);
    }
}
