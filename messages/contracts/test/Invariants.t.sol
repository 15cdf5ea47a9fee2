// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {Callback, Outcome, Proof, Request, Settlement, State, Status} from "../src/Messages.sol";
import {RecordingApp} from "./apps/RecordingApp.sol";
import {Base, Sealed} from "./Base.sol";
import {FuzzSelector} from "./Test.sol";

/// @title Actor
/// @notice Does to the gateway what anyone might, in any order, and keeps its own books.
contract Actor is Base {
    struct Book {
        Request request;
        Outcome outcome;
        State state;
        Callback callback;
        uint256 fee;
    }

    mapping(uint256 id => Book) internal books;
    uint256 public count;
    uint256 public callbacks;
    uint256 public fees;
    uint256 public refunds;
    uint256 public pendingFees;

    /// @dev Enough for the app to store what it sees.
    constructor() {
        callbackGas = 1_000_000;
    }

    function ask(uint256 length, bool quorum) external {
        bytes32 salt = bytes32(++count);
        (bytes32 handle, Sealed memory s) = register(salt, length % 64);
        Request memory request = asked(options(quorum ? Proof.QUORUM : Proof.OPENING));
        uint256 id = app.request(one(handle), request.selector, request.options);
        assertEq(id, count, "sequential");
        Book storage book = books[id];
        (book.request, book.outcome, book.state) = (request, opened(handle, salt, s), State.PENDING);
        (,,,, book.fee) = gateway.statusOf(id);
        pendingFees += book.fee;
    }

    function bump(uint256 id, uint96 value) external {
        if ((id = pick(id)) == 0) return;
        vm.deal(address(this), value);
        (bool ok,) = address(gateway).call{value: value}(abi.encodeCall(gateway.bumpFee, (id)));
        assertTrue(ok == (books[id].state == State.PENDING), "bump");
        if (!ok) return;
        books[id].fee += value;
        pendingFees += value;
    }

    function settle(uint256 id, uint8 mood, bool attested, bool reject, bool batch) external {
        if ((id = pick(id)) == 0) return;
        Book memory book = books[id];
        app.setMood(RecordingApp.Mood(mood % 4));
        Outcome[] memory outcomes =
            one(reject ? rejected(book.outcome.handle, Status.MALFORMED) : book.outcome);
        bytes memory attestation = attested ? attest(id, book.request, outcomes) : bytes("");
        bool proven = attested || (!reject && book.request.options.proof == Proof.OPENING);
        bool open = book.state == State.PENDING && clock() <= book.request.options.deadline + GRACE;
        (bool ok,) = address(gateway)
            .call(
                batch
                    ? abi.encodeCall(gateway.settleMany, (oneOf(id, book.request, outcomes, attestation)))
                    : abi.encodeCall(gateway.settle, (id, book.request, outcomes, attestation))
            );
        assertTrue(ok == (open ? proven : batch), "settle");
        if (!ok || !open) return;
        finish(id, reject ? State.REJECTED : State.FULFILLED);
        fees += book.fee;
        books[id].callback = mood % 4 == 0 ? Callback.SUCCEEDED : Callback.FAILED;
        if (mood % 4 == 0) ++callbacks;
        if (reject) books[id].outcome = outcomes[0];
    }

    function retry(uint256 id, bool glad) external {
        if ((id = pick(id)) == 0) return;
        Book memory book = books[id];
        app.setMood(glad ? RecordingApp.Mood.GLAD : RecordingApp.Mood.REVERTS);
        Status[] memory statuses = new Status[](1);
        bytes[] memory plaintexts = new bytes[](1);
        (statuses[0], plaintexts[0]) = (book.outcome.status, book.outcome.plaintext);
        (bool ok,) = address(gateway)
            .call(
                abi.encodeCall(
                    gateway.retryCallback, (id, book.request, one(book.outcome.handle), statuses, plaintexts)
                )
            );
        assertTrue(ok == (glad && book.callback == Callback.FAILED), "retry");
        if (!ok) return;
        books[id].callback = Callback.SUCCEEDED;
        ++callbacks;
    }

    function expire(uint256 id) external {
        if ((id = pick(id)) == 0) return;
        Book memory book = books[id];
        bool over = clock() > book.request.options.deadline + GRACE;
        (bool ok,) = address(gateway)
            .call(abi.encodeCall(gateway.expire, (id, book.request, one(book.outcome.handle))));
        assertTrue(ok == (over && book.state == State.PENDING), "expire");
        if (!ok) return;
        finish(id, State.EXPIRED);
        refunds += book.fee;
    }

    function withdraw() external {
        vm.prank(address(0xbeef));
        (bool ok,) = address(gateway).call(abi.encodeCall(gateway.withdraw, ()));
        assertTrue(ok == (refunds != 0), "withdraw");
        refunds = 0;
    }

    function withdrawFees() external {
        (bool ok,) = address(gateway).call(abi.encodeCall(gateway.withdrawFees, (KEY_ID)));
        assertTrue(ok == (fees != 0), "withdraw fees");
        fees = 0;
    }

    function wait(uint16 time) external {
        vm.warp(clock() + time % 5000);
    }

    /*//////////////////////////////////////////////////////////////
                                THE BOOKS
    //////////////////////////////////////////////////////////////*/

    function checkBooks() external view {
        assertEq(gateway.requestCount(), count, "ids");
        assertEq(app.calls(), callbacks, "each callback succeeded once");
        assertEq(gateway.feesOf(KEY_ID), fees, "fees");
        assertEq(gateway.creditOf(address(0xbeef)), refunds, "refunds");
        assertEq(address(gateway).balance, fees + refunds + pendingFees, "no wei more or less");
        for (uint256 id = 1; id <= count; ++id) {
            (State state,, Callback callback,, uint256 fee) = gateway.statusOf(id);
            assertTrue(state == books[id].state, "state");
            assertTrue(callback == books[id].callback, "callback");
            assertEq(fee, books[id].fee, "fee");
        }
    }

    function finish(uint256 id, State state) private {
        books[id].state = state;
        pendingFees -= books[id].fee;
    }

    function pick(uint256 id) private view returns (uint256) {
        return count == 0 ? 0 : 1 + id % count;
    }

    function oneOf(uint256 id, Request memory request, Outcome[] memory outcomes, bytes memory attestation)
        private
        pure
        returns (Settlement[] memory batch)
    {
        batch = new Settlement[](1);
        batch[0] = Settlement(id, request, outcomes, attestation);
    }
}

/// @title InvariantsTest
/// @notice Whatever is done in whatever order: ids have no gap, a request ends once, a callback succeeds at most
/// once, and every wei is either a pending fee, a refund or a key's fee.
contract InvariantsTest is Base {
    Actor internal actor;

    function setUp() public override {
        actor = new Actor();
        actor.setUp();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(actor);
    }

    function excludeSelectors() public view returns (FuzzSelector[] memory excluded) {
        excluded = new FuzzSelector[](1);
        bytes4[] memory selectors = new bytes4[](2);
        (selectors[0], selectors[1]) = (actor.setUp.selector, actor.checkBooks.selector);
        excluded[0] = FuzzSelector(address(actor), selectors);
    }

    function invariant_theBooksAgree() public view {
        actor.checkBooks();
    }
}
