// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

/// @title Governance
/// @notice A governor whose changes are announced `delay` seconds before they can take effect: `schedule`,
/// wait, `execute`. The change that removes him is one of them.
abstract contract Governance {
    event ChangeScheduled(bytes32 indexed change, bytes action, uint64 executableAt);
    event ChangeCancelled(bytes32 indexed change);
    event GovernorChanged(address governor);

    error GatewayNotGovernor(address caller);
    error GatewayOnlyScheduled();
    error GatewayChangeUnknown(bytes32 change);
    error GatewayChangeTooEarly(uint256 executableAt);
    error GatewayChangeFailed(bytes reason);
    error GatewayAddressMissing();

    /// @notice Seconds between the announcement and the effect of what governance does.
    uint64 public immutable delay;

    /// @notice Who governs.
    address public governor;

    /// @notice When a scheduled change may be executed, unix seconds; zero where none is scheduled.
    mapping(bytes32 change => uint64) public executableAt;

    constructor(address governor_, uint64 delay_) {
        if (governor_ == address(0)) revert GatewayAddressMissing();
        delay = delay_;
        governor = governor_;
        emit GovernorChanged(governor_);
    }

    modifier onlyGovernor() {
        if (msg.sender != governor) revert GatewayNotGovernor(msg.sender);
        _;
    }

    /// @dev Reached only through `execute`.
    modifier onlyScheduled() {
        if (msg.sender != address(this)) revert GatewayOnlyScheduled();
        _;
    }

    /// @notice Scheduled: who governs from now on.
    function setGovernor(address governor_) external onlyScheduled {
        if (governor_ == address(0)) revert GatewayAddressMissing();
        governor = governor_;
        emit GovernorChanged(governor_);
    }

    /// @notice Announces a call of one of the functions marked as scheduled.
    /// @param action its calldata
    /// @return change names it
    function schedule(bytes calldata action) external onlyGovernor returns (bytes32 change) {
        change = keccak256(action);
        uint64 due = uint64(block.timestamp) + delay;
        executableAt[change] = due;
        emit ChangeScheduled(change, action, due);
    }

    /// @notice Takes back an announced change.
    function cancel(bytes32 change) external onlyGovernor {
        if (executableAt[change] == 0) revert GatewayChangeUnknown(change);
        delete executableAt[change];
        emit ChangeCancelled(change);
    }

    /// @notice Does what was announced at least `delay` ago, once.
    function execute(bytes calldata action) external onlyGovernor {
        bytes32 change = keccak256(action);
        uint64 due = executableAt[change];
        if (due == 0) revert GatewayChangeUnknown(change);
        if (block.timestamp < due) revert GatewayChangeTooEarly(due);
        delete executableAt[change];
        (bool ok, bytes memory reason) = address(this).call(action);
        if (!ok) revert GatewayChangeFailed(reason);
    }
}
