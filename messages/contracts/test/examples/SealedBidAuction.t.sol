// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {IGateway} from "../../src/IGateway.sol";
import {Callback, Options, Outcome, Proof, Request, State, Status} from "../../src/Messages.sol";
import {SealedBidAuction} from "../../src/examples/SealedBidAuction.sol";
import {Base, Sealed} from "../Base.sol";

contract SealedBidAuctionTest is Base {
    address internal constant SELLER = address(0x5e11);

    SealedBidAuction internal auction;
    Outcome[] internal known;

    function setUp() public override {
        super.setUp();
        auction = SealedBidAuction(
            create("SealedBidAuction.sol", abi.encode(gateway, SELLER, KEY_ID, clock() + 1 days))
        );
    }

    function test_theHighestValidBidWinsAndPaysItsBid() public {
        bid(1, abi.encode(2 ether), 5 ether);
        bid(2, abi.encode(3 ether), 4 ether);
        bid(3, abi.encode(1 ether), 1 ether);
        deliver(reveal());
        assertTrue(auction.decided(), "decided");
        assertEq(auction.winner(), bidder(2), "winner");
        assertEq(auction.price(), 3 ether, "price");
        vm.prank(bidder(2));
        auction.settle();
        assertEq(auction.dues(SELLER), 3 ether, "seller");
        assertEq(auction.dues(bidder(1)), 5 ether, "loser");
        assertEq(auction.dues(bidder(2)), 1 ether, "winner's rest");
        for (uint256 i = 1; i <= 3; ++i) {
            vm.prank(bidder(i));
            auction.withdraw();
        }
        vm.prank(SELLER);
        auction.withdraw();
        assertEq(SELLER.balance, 3 ether, "paid");
        assertEq(address(auction).balance, 0, "nothing is left");
        vm.prank(SELLER);
        vm.expectRevert(SealedBidAuction.NothingDue.selector);
        auction.withdraw();
        vm.expectRevert(SealedBidAuction.AlreadySettled.selector);
        auction.settle();
    }

    /// @dev An amount beyond its deposit, zero and a malformed ciphertext are void; the rest goes on.
    function test_voidBidsSpoilNothing() public {
        bid(1, abi.encode(type(uint256).max), 5 ether);
        bid(2, abi.encode(0), 1 ether);
        bid(3, abi.encode(1 ether), 1 ether);
        bid(4, abi.encode(1 ether), 1 ether);
        bid(5, abi.encode(9 ether), 9 ether);
        known[4] = rejected(known[4].handle, Status.MALFORMED);
        deliver(reveal());
        assertEq(auction.winner(), bidder(3), "the first of equals");
        auction.settle();
        assertEq(auction.dues(bidder(5)), 9 ether, "its deposit comes back");
    }

    function test_withoutAValidBidEveryDepositComesBack() public {
        bid(1, abi.encode(2 ether), 1 ether);
        deliver(reveal());
        auction.settle();
        assertEq(auction.winner(), address(0), "nobody");
        assertEq(auction.dues(bidder(1)), 1 ether, "deposit");
        assertEq(auction.dues(SELLER), 0, "seller");
    }

    /// @dev The losing side of a free option: he knows his opening, but QUORUM has not released it.
    function test_aBidderCannotOpenHisBidWithoutTheQuorum() public {
        bid(1, abi.encode(2 ether), 5 ether);
        Request memory request = reveal();
        uint256 id = auction.requestId();
        vm.prank(bidder(1));
        vm.expectRevert(abi.encodeWithSelector(IGateway.GatewayAttestationInvalid.selector, id));
        gateway.settle(id, request, known, "");
    }

    function test_aBidCopiedByAnotherAccountIsAnotherHandle() public {
        bid(1, abi.encode(2 ether), 5 ether);
        bytes memory ciphertext = seal(keccak256(abi.encode(uint256(1))), abi.encode(2 ether)).ciphertext;
        vm.deal(bidder(2), 5 ether);
        vm.prank(bidder(2));
        auction.bid{value: 5 ether}(saltOf(1), ciphertext);
        (,, bytes32 first) = auction.bids(0);
        (,, bytes32 second) = auction.bids(1);
        assertTrue(first != second, "handles");
    }

    function test_bidsEndBeforeAnyIsOpened() public {
        bid(1, abi.encode(2 ether), 5 ether);
        vm.expectRevert(SealedBidAuction.AuctionStillOpen.selector);
        auction.reveal();
        bytes memory ciphertext = seal("late", abi.encode(9 ether)).ciphertext;
        vm.warp(auction.closesAt());
        vm.expectRevert(SealedBidAuction.AuctionClosed.selector);
        auction.bid("salt", ciphertext);
    }

    function test_oneBidEachOfOneSizeAndAtMost16() public {
        bid(1, abi.encode(1), 1);
        bytes memory ciphertext = seal("x", abi.encode(1)).ciphertext;
        vm.prank(bidder(1));
        vm.expectRevert(SealedBidAuction.AlreadyBid.selector);
        auction.bid("salt", ciphertext);
        bytes memory longer = seal("x", new bytes(33)).ciphertext;
        vm.expectRevert(SealedBidAuction.BidSizeWrong.selector);
        auction.bid("salt", longer);
        for (uint256 i = 2; i <= 16; ++i) {
            bid(i, abi.encode(i), i);
        }
        vm.expectRevert(SealedBidAuction.AuctionFull.selector);
        auction.bid("salt", ciphertext);
        assertEq(auction.bidCount(), 16, "bids");
        deliver(reveal());
        assertEq(auction.winner(), bidder(16), "the gas suffices for 16");
    }

    function test_anExpiredRequestIsRepeated() public {
        bid(1, abi.encode(2 ether), 5 ether);
        Request memory request = reveal();
        vm.expectRevert(SealedBidAuction.RevealPending.selector);
        auction.reveal();
        vm.warp(request.options.deadline + GRACE + 1);
        gateway.expire(1, request, handlesOf(known));
        assertTrue(gateway.creditOf(address(this)) > 0, "refund to who asked");
        deliver(reveal());
        assertEq(auction.requestId(), 2, "again");
        assertEq(auction.winner(), bidder(1), "winner");
        vm.expectRevert(SealedBidAuction.AlreadyDecided.selector);
        auction.reveal();
    }

    function test_nothingIsPaidBeforeTheDecision() public {
        vm.expectRevert(SealedBidAuction.NotDecided.selector);
        auction.settle();
    }

    /*//////////////////////////////////////////////////////////////
                                 HELPERS
    //////////////////////////////////////////////////////////////*/

    function bidder(uint256 i) internal pure returns (address) {
        return address(uint160(0xb1d0 + i));
    }

    function saltOf(uint256 i) internal pure returns (bytes32) {
        return keccak256(abi.encode("salt", i));
    }

    function bid(uint256 i, bytes memory amount, uint256 deposit) internal {
        Sealed memory s = seal(keccak256(abi.encode(i)), amount);
        vm.deal(bidder(i), deposit);
        vm.prank(bidder(i));
        auction.bid{value: deposit}(saltOf(i), s.ciphertext);
        (,, bytes32 handle) = auction.bids(i - 1);
        Outcome memory outcome = opened(handle, 0, s);
        outcome.inputId = gateway.inputIdOf(address(auction), bidder(i), saltOf(i));
        known.push(outcome);
    }

    function reveal() internal returns (Request memory request) {
        if (clock() < auction.closesAt()) vm.warp(auction.closesAt());
        Options memory o = Options(Proof.QUORUM, 300_000, clock() + 1 hours, address(this));
        request = Request(address(auction), KEY_ID, auction.bidsOpened.selector, o);
        vm.deal(address(this), 1 ether);
        auction.reveal{value: gateway.estimateFee(handlesOf(known), o)}();
    }

    function deliver(Request memory request) internal {
        uint256 id = auction.requestId();
        gateway.settle(id, request, known, attest(id, request, known));
        (State state,, Callback callback,,) = gateway.statusOf(id);
        assertTrue(state != State.PENDING && callback == Callback.SUCCEEDED, "delivered");
    }
}
