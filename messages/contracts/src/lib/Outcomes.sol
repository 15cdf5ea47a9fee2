// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IGateway} from "../IGateway.sol";
import {Outcome, Status, Verdict} from "../Messages.sol";
import {Digests} from "./Digests.sol";
import {Opening} from "./Opening.sol";

/// @notice Outcomes whose openings were checked, in the shape the callback takes.
/// @param handles the handles, in request order
/// @param statuses how each ended
/// @param plaintexts the messages, empty where a handle did not open
/// @param digest what the quorum signs of them
/// @param opened how many opened
struct Checked {
    bytes32[] handles;
    Status[] statuses;
    bytes[] plaintexts;
    bytes32 digest;
    uint256 opened;
}

/// @title Outcomes
/// @notice Checks what a settlement claims of each handle.
library Outcomes {
    /// @notice The outcomes' handles alone, for the request digest.
    function handlesOf(Outcome[] calldata outcomes) internal pure returns (bytes32[] memory handles) {
        handles = new bytes32[](outcomes.length);
        for (uint256 i; i < outcomes.length; ++i) {
            handles[i] = outcomes[i].handle;
        }
    }

    /// @notice Checks every opening; reverts on a false one and on a rejection that carries data.
    function check(bytes32 keyId, bytes32[] memory handles, Outcome[] calldata outcomes)
        internal
        view
        returns (Checked memory checked)
    {
        uint256 count = outcomes.length;
        checked.handles = handles;
        checked.statuses = new Status[](count);
        checked.plaintexts = new bytes[](count);
        Verdict[] memory verdicts = new Verdict[](count);
        for (uint256 i; i < count; ++i) {
            Outcome calldata outcome = outcomes[i];
            bytes memory plaintext = outcome.plaintext;
            if (outcome.status == Status.OPENED) {
                if (!opens(keyId, outcome, plaintext)) revert IGateway.GatewayOpeningInvalid(handles[i]);
                ++checked.opened;
            } else if (outcome.status == Status.NONE || plaintext.length != 0) {
                revert IGateway.GatewayOutcomeInvalid(handles[i]);
            }
            checked.statuses[i] = outcome.status;
            checked.plaintexts[i] = plaintext;
            verdicts[i] = Verdict(handles[i], outcome.status, keccak256(plaintext));
        }
        checked.digest = Digests.outcomes(verdicts);
    }

    /// @notice Whether the outcome names the handle's own ciphertext under `keyId`, and opens it.
    /// The handle binds key, identity, c1, the rest and the plaintext's length.
    function opens(bytes32 keyId, Outcome calldata outcome, bytes memory plaintext)
        internal
        view
        returns (bool)
    {
        bytes memory c1 = outcome.c1;
        bytes32 handle =
            Digests.handle(outcome.inputId, keyId, keccak256(c1), outcome.restHash, plaintext.length);
        return handle == outcome.handle && Opening.isValid(outcome.seed, plaintext, c1);
    }

    /// @notice The digest of outcomes given as the callback takes them.
    function digestOf(bytes32[] memory handles, Status[] memory statuses, bytes[] memory plaintexts)
        internal
        pure
        returns (bytes32)
    {
        Verdict[] memory verdicts = new Verdict[](handles.length);
        for (uint256 i; i < handles.length; ++i) {
            verdicts[i] = Verdict(handles[i], statuses[i], keccak256(plaintexts[i]));
        }
        return Digests.outcomes(verdicts);
    }
}
