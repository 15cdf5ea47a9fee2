// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {GatewayClient, IGateway, Options, Status} from "../../src/GatewayClient.sol";
import {Proof, Request, Settlement} from "../../src/Messages.sol";

/// @title ReentrantApp
/// @notice Tries every way back into the gateway from its callback.
contract ReentrantApp is GatewayClient {
    bool public called;
    uint256 public refusals;
    uint256 public next;
    bytes private _again;

    constructor(IGateway gateway_) GatewayClient(gateway_) {}

    receive() external payable {}

    function register(bytes32 keyId, bytes calldata ciphertext) external returns (bytes32) {
        return _register(address(this), "salt", keyId, ciphertext);
    }

    function request(bytes32[] calldata handles, Options calldata options) external returns (uint256) {
        return _request(handles, this.onDecrypted.selector, options, 1 ether);
    }

    /// @notice The settlement's own calldata, to be sent once more from within.
    function arm(bytes calldata again) external {
        _again = again;
    }

    function onDecrypted(
        uint256 id,
        bytes32[] calldata handles,
        Status[] calldata statuses,
        bytes[] calldata texts
    ) external onlyGateway {
        called = true;
        _expectGuard(_again);
        _expectGuard(abi.encodeCall(gateway.settleMany, (new Settlement[](0))));
        Request memory mine;
        _expectGuard(abi.encodeCall(gateway.retryCallback, (id, mine, handles, statuses, texts)));
        (bool ok,) = address(gateway).call(_again);
        if (!ok) ++refusals;
        next = _request(
            handles, this.onDecrypted.selector, _options(Proof.OPENING, 1, 1 hours, msg.sender), 1 ether
        );
    }

    function _expectGuard(bytes memory data) private {
        (bool ok, bytes memory reason) = address(gateway).call(data);
        bytes4 guard = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
        if (!ok && bytes4(reason) == guard) ++refusals;
    }
}
