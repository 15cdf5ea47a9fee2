// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {Governance} from "./Governance.sol";
import {IKMSRegistry, Key, KeyConfig, KeyStatus} from "./IKMSRegistry.sol";
import {BLS} from "./lib/BLS.sol";
import {DataContract} from "./lib/DataContract.sol";
import {KnownAnswers} from "./lib/KnownAnswers.sol";

/// @title KMSRegistry
/// @notice The keys of the KMS and the check of what their quorums sign. Governance may do exactly what the
/// section GOVERNANCE lists (and `setGovernor`), each only `delay` seconds after an event announced it.
contract KMSRegistry is IKMSRegistry, Governance {
    /*//////////////////////////////////////////////////////////////
                                 STORAGE
    //////////////////////////////////////////////////////////////*/

    /// @dev One read tells `activeIndexOf` and `verifyQuorum` all they need. `material` holds, as code, the
    /// points: attestKey (96) || attestPoint (256) || mpk (96) || mpkPoint (256).
    struct Entry {
        address material;
        uint32 index;
        KeyStatus status;
        uint16 threshold;
        address treasury;
        uint64 epoch;
        uint128 feeRate;
        uint64 activatableAt;
        address[] parties;
    }

    bytes private constant ATTEST_CONTEXT = "kmsgateway/attest/v1";
    uint256 private constant ATTEST_SIZE = 352;

    /// @dev Staging so many costs about 6 million gas, well under the bound of a transaction (EIP-7825).
    uint256 private constant MAX_PARTIES = 128;

    /// @dev Two pairings cost 102,900 (EIP-2537); the rest is for a rise of prices.
    uint64 private constant FIRST_PAIRING_GAS = 200_000;

    /// @inheritdoc IKMSRegistry
    address public immutable gateway;

    /// @notice Gas that the pairing precompile is given: a malformed point burns it all.
    uint64 public pairingGas;

    /// @notice How many keys were ever staged.
    uint32 public keyCount;

    /// @inheritdoc IKMSRegistry
    mapping(uint32 index => bytes32) public keyIdAt;

    mapping(bytes32 keyId => Entry) private _keys;

    /// @param gateway_ the gateway to come; predict its address (same sender, next nonce)
    /// @param governor_ who governs
    /// @param delay_ seconds; zero is for development chains
    constructor(address gateway_, address governor_, uint64 delay_) Governance(governor_, delay_) {
        if (gateway_ == address(0)) revert GatewayAddressMissing();
        KnownAnswers.checkSignature();
        gateway = gateway_;
        pairingGas = FIRST_PAIRING_GAS;
        emit PairingGasChanged(FIRST_PAIRING_GAS);
    }

    /*//////////////////////////////////////////////////////////////
                               GOVERNANCE
    //////////////////////////////////////////////////////////////*/

    /// @notice Announces a key and derives its attestation key. It may be activated after `delay`.
    function stageKey(KeyConfig calldata config) external onlyGovernor {
        if (_keys[config.keyId].status != KeyStatus.NONE) revert GatewayKeyExists(config.keyId);
        _checkConfig(config);
        bytes memory point = config.mpkPoint;
        bytes memory appId = abi.encodePacked(block.chainid, gateway);
        bytes memory attestPoint = BLS.derive(point, appId, ATTEST_CONTEXT);
        if (keccak256(BLS.compressed(point)) != keccak256(config.mpk)) revert GatewayKeyInvalid();
        uint64 activatableAt = uint64(block.timestamp) + delay;
        keyIdAt[++keyCount] = config.keyId;
        _keys[config.keyId] = Entry({
            material: DataContract.write(
                bytes.concat(BLS.compressed(attestPoint), attestPoint, config.mpk, point)
            ),
            index: keyCount,
            status: KeyStatus.STAGED,
            threshold: config.threshold,
            treasury: config.treasury,
            epoch: config.epoch,
            feeRate: config.feeRate,
            activatableAt: activatableAt,
            parties: config.parties
        });
        emit KeyStaged(
            config.keyId,
            config.epoch,
            uint16(config.parties.length),
            config.threshold,
            config.mpk,
            config.parties,
            activatableAt
        );
    }

    /// @notice Lets apps register under a key that was announced at least `delay` ago.
    function activateKey(bytes32 keyId) external onlyGovernor {
        Entry storage key = _keys[keyId];
        if (key.status != KeyStatus.STAGED) revert GatewayKeyStatus(keyId, key.status);
        if (block.timestamp < key.activatableAt) revert GatewayKeyTooEarly(key.activatableAt);
        key.status = KeyStatus.ACTIVE;
        emit KeyActivated(keyId, key.epoch);
    }

    /// @notice Scheduled: ends registration under a key, for ever.
    function retireKey(bytes32 keyId) external onlyScheduled {
        Entry storage key = _keys[keyId];
        if (key.status != KeyStatus.ACTIVE && key.status != KeyStatus.STAGED) {
            revert GatewayKeyStatus(keyId, key.status);
        }
        key.status = KeyStatus.RETIRED;
        emit KeyRetired(keyId);
    }

    /// @notice Scheduled: the gas that the pairing precompile is given, for chains that reprice it.
    function setPairingGas(uint64 pairingGas_) external onlyScheduled {
        if (pairingGas_ < FIRST_PAIRING_GAS / 2) revert GatewayPairingGasTooLow(pairingGas_);
        pairingGas = pairingGas_;
        emit PairingGasChanged(pairingGas_);
    }

    /// @notice Scheduled: what a key's requests cost and who receives it.
    function setFee(bytes32 keyId, address treasury, uint128 feeRate) external onlyScheduled {
        Entry storage key = _keys[keyId];
        if (key.status == KeyStatus.NONE) revert GatewayKeyStatus(keyId, key.status);
        if (treasury == address(0)) revert GatewayAddressMissing();
        (key.treasury, key.feeRate) = (treasury, feeRate);
        emit FeeChanged(keyId, treasury, feeRate);
    }

    /*//////////////////////////////////////////////////////////////
                                  VIEWS
    //////////////////////////////////////////////////////////////*/

    /// @inheritdoc IKMSRegistry
    function verifyQuorum(bytes32 keyId, bytes32 id, bytes calldata attestation)
        external
        view
        returns (bool)
    {
        address material = _keys[keyId].material;
        if (material == address(0)) return false;
        bytes memory key = DataContract.read(material, 0, BLS.G2_COMPRESSED);
        bytes memory point = DataContract.read(material, BLS.G2_COMPRESSED, 256);
        return BLS.verify(attestation, key, point, abi.encodePacked(id), pairingGas);
    }

    /// @inheritdoc IKMSRegistry
    function activeIndexOf(bytes32 keyId) external view returns (uint32) {
        Entry storage key = _keys[keyId];
        if (key.status != KeyStatus.ACTIVE) revert GatewayKeyStatus(keyId, key.status);
        return key.index;
    }

    /// @inheritdoc IKMSRegistry
    function indexOf(bytes32 keyId) external view returns (uint32) {
        return _keys[keyId].index;
    }

    /// @inheritdoc IKMSRegistry
    function priceAt(uint32 index) external view returns (bytes32 keyId, uint128 feeRate) {
        keyId = keyIdAt[index];
        feeRate = _keys[keyId].feeRate;
    }

    /// @inheritdoc IKMSRegistry
    function treasuryOf(bytes32 keyId) external view returns (address) {
        return _keys[keyId].treasury;
    }

    /// @inheritdoc IKMSRegistry
    function keyOf(bytes32 keyId) external view returns (Key memory key) {
        Entry memory entry = _keys[keyId];
        if (entry.status == KeyStatus.NONE) return key;
        key.keyId = keyId;
        key.index = entry.index;
        key.status = entry.status;
        key.epoch = entry.epoch;
        key.n = uint16(entry.parties.length);
        key.threshold = entry.threshold;
        key.activatableAt = entry.activatableAt;
        key.treasury = entry.treasury;
        key.feeRate = entry.feeRate;
        key.parties = entry.parties;
        key.attestKey = DataContract.read(entry.material, 0, BLS.G2_COMPRESSED);
        key.attestPoint = DataContract.read(entry.material, BLS.G2_COMPRESSED, 256);
        key.mpk = DataContract.read(entry.material, ATTEST_SIZE, BLS.G2_COMPRESSED);
        key.mpkPoint = DataContract.read(entry.material, ATTEST_SIZE + BLS.G2_COMPRESSED, 256);
    }

    /*//////////////////////////////////////////////////////////////
                                INTERNALS
    //////////////////////////////////////////////////////////////*/

    function _checkConfig(KeyConfig calldata config) private pure {
        uint256 n = config.parties.length;
        uint256 t = config.threshold;
        if (n == 0 || n > MAX_PARTIES || t > n || n >= 2 * t) revert GatewayThresholdInvalid(n, t);
        if (config.treasury == address(0)) revert GatewayAddressMissing();
        if (config.mpkPoint.length != 256 || config.mpk.length != BLS.G2_COMPRESSED) {
            revert GatewayKeyInvalid();
        }
        // Anyone knows the keys derived from infinity.
        if (BLS.isInfinity(config.mpkPoint)) revert GatewayKeyInvalid();
        for (uint256 i; i < n; ++i) {
            address party = config.parties[i];
            if (party == address(0)) revert GatewayPartyInvalid(party);
            for (uint256 j; j < i; ++j) {
                if (config.parties[j] == party) revert GatewayPartyInvalid(party);
            }
        }
    }
}
