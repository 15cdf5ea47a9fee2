// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {GatewayContract} from "../src/GatewayContract.sol";
import {KMSRegistry} from "../src/KMSRegistry.sol";
import {KeyConfig} from "../src/IKMSRegistry.sol";
import {Options, Outcome, Proof, Request, State, Status, Verdict} from "../src/Messages.sol";
import {BLS} from "../src/lib/BLS.sol";
import {Digests} from "../src/lib/Digests.sol";
import {Opening} from "../src/lib/Opening.sol";
import {RecordingApp} from "./apps/RecordingApp.sol";
import {Test} from "./Test.sol";
import {Vectors} from "./Vectors.sol";

/// @notice A ciphertext with all that its encryptor knows.
struct Sealed {
    bytes32 seed;
    bytes message;
    bytes ciphertext;
}

/// @title Base
/// @notice A deployed gateway with one active key whose master secret the test holds: it can sign as the
/// quorum does (with the G1 precompile) and seal as a user does.
abstract contract Base is Test {
    bytes32 internal constant KEY_ID = keccak256("key one");
    uint64 internal constant GRACE = 10 minutes;
    uint64 internal constant DELAY = 2 days;
    uint128 internal constant FEE_RATE = 1 gwei;
    address internal constant GOVERNOR = address(0x607);
    address internal constant TREASURY = address(0x7ea5);
    address internal constant OWNER = address(0x0431);

    KMSRegistry internal registry;
    GatewayContract internal gateway;
    RecordingApp internal app;
    uint256 internal attestDelta;
    uint32 internal callbackGas = 200_000;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(1000);
        (registry, gateway) = deploy(GOVERNOR, DELAY);
        stage(KEY_ID);
        vm.warp(clock() + DELAY);
        vm.prank(GOVERNOR);
        registry.activateKey(KEY_ID);
        app = newApp();
        attestDelta = deltaOf(abi.encodePacked(block.chainid, address(gateway)), "kmsgateway/attest/v1");
    }

    /*//////////////////////////////////////////////////////////////
                               DEPLOYMENT
    //////////////////////////////////////////////////////////////*/

    /// @dev The registry first, told where the gateway will be.
    function deploy(address governor, uint64 delay) internal returns (KMSRegistry r, GatewayContract g) {
        address predicted = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        r = newRegistry(predicted, governor, delay);
        g = newGateway(r);
    }

    function newRegistry(address predicted, address governor, uint64 delay) internal returns (KMSRegistry) {
        return KMSRegistry(create("KMSRegistry.sol", abi.encode(predicted, governor, delay)));
    }

    function newGateway(KMSRegistry r) internal returns (GatewayContract) {
        return GatewayContract(create("GatewayContract.sol", abi.encode(r, GRACE)));
    }

    /// @dev A dApp with money.
    function newApp() internal returns (RecordingApp created) {
        created = RecordingApp(payable(create("RecordingApp.sol", abi.encode(gateway))));
        vm.deal(address(created), 1000 ether);
    }

    function config(bytes32 keyId) internal pure returns (KeyConfig memory c) {
        address[] memory parties = new address[](3);
        for (uint160 i; i < 3; ++i) {
            parties[i] = address(0xa0 + i);
        }
        return KeyConfig({
            keyId: keyId,
            mpk: Vectors.MPK,
            mpkPoint: Vectors.MPK_POINT,
            epoch: 1,
            threshold: 2,
            parties: parties,
            treasury: TREASURY,
            feeRate: FEE_RATE
        });
    }

    function stage(bytes32 keyId) internal {
        vm.prank(GOVERNOR);
        registry.stageKey(config(keyId));
    }

    /// @dev Schedules, waits, executes.
    function enact(bytes memory action) internal {
        vm.prank(GOVERNOR);
        registry.schedule(action);
        vm.warp(clock() + DELAY);
        vm.prank(GOVERNOR);
        registry.execute(action);
    }

    /*//////////////////////////////////////////////////////////////
                                 SEALING
    //////////////////////////////////////////////////////////////*/

    /// @dev What a user makes: true c1, and random-looking c2 || c3, which no contract can judge.
    function seal(bytes32 seed, bytes memory message) internal view returns (Sealed memory) {
        uint256 t = BLS.hashToScalar(abi.encodePacked(Opening.HEADER, seed, message), Opening.DST);
        bytes memory rest = new bytes(32 + message.length);
        for (uint256 i; i < rest.length; ++i) {
            rest[i] = bytes1(keccak256(abi.encode(seed, i)));
        }
        return Sealed(seed, message, abi.encodePacked(Opening.HEADER, BLS.compressed(BLS.g2Times(t)), rest));
    }

    /// @dev A message of `length` bytes that depends on `salt`.
    function text(bytes32 salt, uint256 length) internal pure returns (bytes memory message) {
        message = new bytes(length);
        for (uint256 i; i < length; ++i) {
            message[i] = bytes1(keccak256(abi.encode(salt, "text", i)));
        }
    }

    /// @dev Seals under `salt` and has the app register it for OWNER.
    function register(bytes32 salt, uint256 length) internal returns (bytes32 handle, Sealed memory s) {
        s = seal(keccak256(abi.encode(salt)), text(salt, length));
        handle = app.register(OWNER, salt, KEY_ID, s.ciphertext);
    }

    /// @dev The opening that the encryptor's own values give.
    function opened(bytes32 handle, bytes32 salt, Sealed memory s) internal view returns (Outcome memory) {
        return Outcome({
            handle: handle,
            status: Status.OPENED,
            inputId: gateway.inputIdOf(address(app), OWNER, salt),
            seed: s.seed,
            plaintext: s.message,
            c1: slice(s.ciphertext, 8, 104),
            restHash: keccak256(slice(s.ciphertext, 104, s.ciphertext.length))
        });
    }

    function rejected(bytes32 handle, Status status) internal pure returns (Outcome memory outcome) {
        outcome.handle = handle;
        outcome.status = status;
    }

    function slice(bytes memory data, uint256 from, uint256 to) internal pure returns (bytes memory part) {
        part = new bytes(to - from);
        for (uint256 i; i < part.length; ++i) {
            part[i] = data[from + i];
        }
    }

    /*//////////////////////////////////////////////////////////////
                                REQUESTING
    //////////////////////////////////////////////////////////////*/

    function options(Proof proof) internal view returns (Options memory) {
        return Options(proof, callbackGas, clock() + 1 hours, address(0xbeef));
    }

    function asked(Options memory o) internal view returns (Request memory) {
        return Request(address(app), KEY_ID, app.onDecrypted.selector, o);
    }

    function one(bytes32 handle) internal pure returns (bytes32[] memory handles) {
        handles = new bytes32[](1);
        handles[0] = handle;
    }

    function one(Outcome memory outcome) internal pure returns (Outcome[] memory outcomes) {
        outcomes = new Outcome[](1);
        outcomes[0] = outcome;
    }

    /// @dev Registers, requests and returns all that settling needs.
    function pending(bytes32 salt, uint256 length, Proof proof)
        internal
        returns (uint256 id, Request memory request, Outcome[] memory outcomes)
    {
        (bytes32 handle, Sealed memory s) = register(salt, length);
        request = asked(options(proof));
        id = app.request(one(handle), request.selector, request.options);
        outcomes = one(opened(handle, salt, s));
    }

    function stateOf(uint256 id) internal view returns (State state) {
        (state,,,,) = gateway.statusOf(id);
    }

    /*//////////////////////////////////////////////////////////////
                                ATTESTING
    //////////////////////////////////////////////////////////////*/

    /// @dev The quorum's signature on these outcomes, as t honest parties would combine it.
    function attest(uint256 id, Request memory request, Outcome[] memory outcomes)
        internal
        view
        returns (bytes memory)
    {
        bytes32 digest = digestOf(request, outcomes);
        return sign(gateway.attestationId(id, digest, request.keyId, digestOf(outcomes)));
    }

    function sign(bytes32 message) internal view returns (bytes memory) {
        bytes memory key = registry.keyOf(KEY_ID).attestKey;
        bytes memory hashed = BLS.hashToG1(bytes.concat(key, message), BLS.G1_DST);
        return g1Times(hashed, addmod(Vectors.MASTER_SECRET, attestDelta, BLS.R));
    }

    function g1Times(bytes memory point, uint256 scalar) internal view returns (bytes memory out) {
        bool ok;
        (ok, out) = address(0x0c).staticcall(abi.encodePacked(point, scalar));
        assertTrue(ok && out.length == 128, "G1 multiplication");
    }

    function g1Add(bytes memory a, bytes memory b) internal view returns (bytes memory out) {
        bool ok;
        (ok, out) = address(0x0b).staticcall(bytes.concat(a, b));
        assertTrue(ok && out.length == 128, "G1 addition");
    }

    /// @dev The public scalar between the master secret and a derived one, by the specification.
    function deltaOf(bytes memory appId, bytes memory context) internal view returns (uint256) {
        uint256 first = BLS.hashToScalar(lp(Vectors.MPK, appId), BLS.APP_DST);
        bytes memory appKey = BLS.compressed(BLS.g2AddTimes(Vectors.MPK_POINT, first));
        return addmod(first, BLS.hashToScalar(lp(appKey, context), BLS.CONTEXT_DST), BLS.R);
    }

    function lp(bytes memory a, bytes memory b) internal pure returns (bytes memory) {
        return abi.encodePacked(uint64(a.length), a, uint64(b.length), b);
    }

    function handlesOf(Outcome[] memory outcomes) internal pure returns (bytes32[] memory handles) {
        handles = new bytes32[](outcomes.length);
        for (uint256 i; i < outcomes.length; ++i) {
            handles[i] = outcomes[i].handle;
        }
    }

    function digestOf(Outcome[] memory outcomes) internal pure returns (bytes32) {
        Verdict[] memory verdicts = new Verdict[](outcomes.length);
        for (uint256 i; i < outcomes.length; ++i) {
            verdicts[i] = Verdict(outcomes[i].handle, outcomes[i].status, keccak256(outcomes[i].plaintext));
        }
        return Digests.outcomes(verdicts);
    }

    function digestOf(Request memory request, Outcome[] memory outcomes) internal pure returns (bytes32) {
        return Digests.request(request.app, handlesOf(outcomes), request.selector, request.options);
    }
}
