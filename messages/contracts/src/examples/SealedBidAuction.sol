// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {GatewayClient, IGateway, Options, Proof, State, Status} from "../GatewayClient.sol";

/// @title SealedBidAuction
/// @notice First-price auction whose bids nobody can read before it closed. A bid is a 32-byte amount in wei,
/// encrypted; the public deposit that comes with it is its upper bound. QUORUM is needed: with OPENING alone a
/// bidder with a rotten ciphertext could decide, after the others' bids are known, whether to open his own.
contract SealedBidAuction is GatewayClient {
    event BidPlaced(address indexed bidder, bytes32 indexed handle, uint256 deposit);
    event RevealRequested(uint256 indexed requestId);
    event BidVoid(address indexed bidder, Status status);
    event AuctionDecided(address indexed winner, uint256 price);
    event AuctionSettled(address indexed winner, uint256 price);

    error AuctionClosed();
    error AuctionStillOpen();
    error AuctionFull();
    error AlreadyBid();
    error BidSizeWrong();
    error RevealPending();
    error AlreadyDecided();
    error NotDecided();
    error AlreadySettled();
    error NothingDue();
    error TransferFailed();

    struct Bid {
        address bidder;
        uint96 deposit;
        bytes32 handle;
    }

    /// @dev One request opens them all.
    uint256 private constant MAX_BIDS = 16;
    /// @dev 136 bytes of overhead and a 32-byte amount: equal lengths tell nothing.
    uint256 private constant CIPHERTEXT_BYTES = 168;
    uint32 private constant CALLBACK_GAS = 300_000;
    uint64 private constant LIFETIME = 1 hours;

    /// @notice Who sells.
    address public immutable seller;
    /// @notice The key that bids are encrypted under.
    bytes32 public immutable keyId;
    /// @notice Unix seconds; no bid is taken from then on, and only then may bids be opened.
    uint64 public immutable closesAt;

    /// @notice All bids, in order of arrival.
    Bid[] public bids;
    /// @notice Whether an account has bid.
    mapping(address bidder => bool) public hasBid;
    /// @notice Wei that an account may withdraw.
    mapping(address account => uint256) public dues;
    /// @notice The pending or last request.
    uint256 public requestId;
    /// @notice Whether the bids were opened.
    bool public decided;
    /// @notice Whether the price was paid.
    bool public settled;
    /// @notice The highest bidder, zero where no bid was valid.
    address public winner;
    /// @notice His bid, wei.
    uint256 public price;

    /// @param gateway_ the gateway of this chain
    /// @param seller_ who receives the price
    /// @param keyId_ an active key
    /// @param closesAt_ unix seconds
    constructor(IGateway gateway_, address seller_, bytes32 keyId_, uint64 closesAt_)
        GatewayClient(gateway_)
    {
        (seller, keyId, closesAt) = (seller_, keyId_, closesAt_);
    }

    /*//////////////////////////////////////////////////////////////
                                BIDDING
    //////////////////////////////////////////////////////////////*/

    /// @notice Places msg.sender's one bid: at most msg.value, encrypted for this app, msg.sender and `salt`.
    function bid(bytes32 salt, bytes calldata ciphertext) external payable {
        if (block.timestamp >= closesAt) revert AuctionClosed();
        if (bids.length == MAX_BIDS) revert AuctionFull();
        if (hasBid[msg.sender]) revert AlreadyBid();
        if (ciphertext.length != CIPHERTEXT_BYTES) revert BidSizeWrong();
        hasBid[msg.sender] = true;
        bytes32 handle = _register(msg.sender, salt, keyId, ciphertext);
        bids.push(Bid(msg.sender, uint96(msg.value), handle));
        emit BidPlaced(msg.sender, handle, msg.value);
    }

    /// @notice How many bids there are.
    function bidCount() external view returns (uint256) {
        return bids.length;
    }

    /*//////////////////////////////////////////////////////////////
                               REVELATION
    //////////////////////////////////////////////////////////////*/

    /// @notice Asks for all bids once the auction has closed, or again where the last request expired.
    /// msg.value is the fee.
    function reveal() external payable {
        if (block.timestamp < closesAt) revert AuctionStillOpen();
        if (decided) revert AlreadyDecided();
        if (requestId != 0) {
            (State state,,,,) = gateway.statusOf(requestId);
            if (state != State.EXPIRED) revert RevealPending();
        }
        bytes32[] memory handles = new bytes32[](bids.length);
        for (uint256 i; i < handles.length; ++i) {
            handles[i] = bids[i].handle;
        }
        Options memory options = _options(Proof.QUORUM, CALLBACK_GAS, LIFETIME, msg.sender);
        requestId = _request(handles, this.bidsOpened.selector, options, msg.value);
        emit RevealRequested(requestId);
    }

    /// @notice The gateway's callback. A bid that did not open, is no 32-byte amount or exceeds its deposit is
    /// void; of equal bids the first wins.
    function bidsOpened(uint256, bytes32[] calldata, Status[] calldata statuses, bytes[] calldata plaintexts)
        external
        onlyGateway
    {
        if (decided) revert AlreadyDecided();
        address best;
        uint256 highest;
        for (uint256 i; i < statuses.length; ++i) {
            Bid storage entry = bids[i];
            (bool ok, uint256 amount) = _asUint256(statuses[i], plaintexts[i]);
            if (!ok || amount == 0 || amount > entry.deposit) {
                emit BidVoid(entry.bidder, statuses[i]);
            } else if (amount > highest) {
                (best, highest) = (entry.bidder, amount);
            }
        }
        (decided, winner, price) = (true, best, highest);
        emit AuctionDecided(best, highest);
    }

    /*//////////////////////////////////////////////////////////////
                                  MONEY
    //////////////////////////////////////////////////////////////*/

    /// @notice Pays the seller and frees all deposits beyond the price. Anyone may; the winner will.
    function settle() external {
        if (!decided) revert NotDecided();
        if (settled) revert AlreadySettled();
        settled = true;
        dues[seller] += price;
        for (uint256 i; i < bids.length; ++i) {
            Bid storage entry = bids[i];
            dues[entry.bidder] += entry.bidder == winner ? entry.deposit - price : entry.deposit;
        }
        emit AuctionSettled(winner, price);
    }

    /// @notice Sends msg.sender what he is due.
    function withdraw() external {
        uint256 amount = dues[msg.sender];
        if (amount == 0) revert NothingDue();
        delete dues[msg.sender];
        (bool ok,) = msg.sender.call{value: amount}("");
        if (!ok) revert TransferFailed();
    }
}
