// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title BLS
/// @notice BLS12-381 as vetKeys uses it (signatures in G1, keys in G2), over the precompiles of EIP-2537.
/// @dev Every precompile call checks success and returndatasize: where a chain lacks the precompile, a call
/// to its address succeeds and returns nothing. Points are EIP-2537 encodings: each coordinate 64 bytes big
/// endian, x.c0 first in G2. Hash suites: RFC 9380, expand_message_xmd with SHA-256.
library BLS {
    /*//////////////////////////////////////////////////////////////
                                CONSTANTS
    //////////////////////////////////////////////////////////////*/

    /// @notice Order of the groups.
    uint256 internal constant R = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001;

    /// @notice Length of a compressed G2 point.
    uint256 internal constant G2_COMPRESSED = 96;

    bytes internal constant G1_DST = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_AUG_";
    bytes internal constant APP_DST = "ic-vetkd-bls12-381-g2-canister-id";
    bytes internal constant CONTEXT_DST = "ic-vetkd-bls12-381-g2-context";

    uint256 private constant SHA256 = 0x02;
    uint256 private constant MODEXP = 0x05;
    uint256 private constant G1ADD = 0x0b;
    uint256 private constant G2MSM = 0x0e;
    uint256 private constant PAIRING = 0x0f;
    uint256 private constant MAP_FP_TO_G1 = 0x10;

    bytes private constant FIELD_MODULUS =
        hex"1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";

    /// @dev (p - 1) / 2, the largest y that compression calls positive, as two limbs.
    uint256 private constant HALF_HI = 0x0d0088f51cbff34d258dd3db21a5d66b;
    uint256 private constant HALF_LO = 0xb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555;

    bytes private constant G2_GENERATOR = hex"00000000000000000000000000000000024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
        hex"0000000000000000000000000000000013e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
        hex"000000000000000000000000000000000ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801"
        hex"000000000000000000000000000000000606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be";

    bytes private constant G2_GENERATOR_NEGATED = hex"00000000000000000000000000000000024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
        hex"0000000000000000000000000000000013e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
        hex"000000000000000000000000000000000d1b3cc2c7027888be51d9ef691d77bcb679afda66c73f17f9ee3837a55024f78c71363275a75d75d86bab79f74782aa"
        hex"0000000000000000000000000000000013fa4d4a0ad8b1ce186ed5061789213d993923066dddaf1040bc3ff59f825c78df74f2d75467e25e0f55f8a00fa030ed";

    /// @notice A precompile failed, or this chain lacks it.
    error GatewayPrecompileFailed(address precompile);

    /*//////////////////////////////////////////////////////////////
                                HASHING
    //////////////////////////////////////////////////////////////*/

    /// @notice hash_to_field with one element of Fr, L = 48 (RFC 9380 section 5.2).
    function hashToScalar(bytes memory message, bytes memory dst) internal view returns (uint256) {
        bytes memory suffix = abi.encodePacked(dst, uint8(dst.length));
        bytes32 b0 = _sha256(abi.encodePacked(bytes32(0), bytes32(0), message, uint16(48), uint8(0), suffix));
        bytes32 b1 = _sha256(abi.encodePacked(b0, uint8(1), suffix));
        bytes32 b2 = _sha256(abi.encodePacked(b0 ^ b1, uint8(2), suffix));
        return addmod(mulmod(uint256(b1), 1 << 128, R), uint256(b2) >> 128, R);
    }

    /// @notice hash_to_curve to G1 (RFC 9380 section 3), 128 bytes. The map clears the cofactor of each of the
    /// two points, which their sum then needs no more.
    function hashToG1(bytes memory message, bytes memory dst) internal view returns (bytes memory) {
        bytes memory suffix = abi.encodePacked(dst, uint8(dst.length));
        bytes32 b0 = _sha256(abi.encodePacked(bytes32(0), bytes32(0), message, uint16(128), uint8(0), suffix));
        bytes32 b1 = _sha256(abi.encodePacked(b0, uint8(1), suffix));
        bytes32 b2 = _sha256(abi.encodePacked(b0 ^ b1, uint8(2), suffix));
        bytes32 b3 = _sha256(abi.encodePacked(b0 ^ b2, uint8(3), suffix));
        bytes32 b4 = _sha256(abi.encodePacked(b0 ^ b3, uint8(4), suffix));
        return _call(G1ADD, bytes.concat(_mapToG1(b1, b2), _mapToG1(b3, b4)), 128, gasleft());
    }

    /*//////////////////////////////////////////////////////////////
                              POINTS OF G2
    //////////////////////////////////////////////////////////////*/

    /// @notice scalar * g2, 256 bytes. No gas cap: the point is a constant, and prices may change.
    function g2Times(uint256 scalar) internal view returns (bytes memory) {
        return _call(G2MSM, abi.encodePacked(G2_GENERATOR, scalar), 256, gasleft());
    }

    /// @notice point + scalar * g2. Reverts unless `point` is a canonical point of the subgroup.
    function g2AddTimes(bytes memory point, uint256 scalar) internal view returns (bytes memory) {
        bytes memory input = abi.encodePacked(point, uint256(1), G2_GENERATOR, scalar);
        return _call(G2MSM, input, 256, gasleft());
    }

    /// @notice The compressed form (96 bytes as three words: flags, x.c1, x.c0) of a canonical point that is
    /// not infinity.
    function compress(bytes memory point) internal pure returns (bytes32 w0, bytes32 w1, bytes32 w2) {
        uint256 flags = _isLarger(point) ? 0xa0 << 248 : 0x80 << 248;
        assembly ("memory-safe") {
            let low := mload(add(point, 0x80))
            w0 := or(flags, or(shl(128, mload(add(point, 0x60))), shr(128, low)))
            w1 := or(shl(128, low), mload(add(point, 0x20)))
            w2 := mload(add(point, 0x40))
        }
    }

    /// @notice Whether the 256-byte point is infinity, which EIP-2537 writes as zeros.
    function isInfinity(bytes memory point) internal pure returns (bool) {
        return keccak256(point) == keccak256(new bytes(256));
    }

    /// @notice The compressed form as bytes.
    function compressed(bytes memory point) internal pure returns (bytes memory) {
        (bytes32 w0, bytes32 w1, bytes32 w2) = compress(point);
        return abi.encodePacked(w0, w1, w2);
    }

    /*//////////////////////////////////////////////////////////////
                         DERIVATION AND SIGNATURES
    //////////////////////////////////////////////////////////////*/

    /// @notice The key of (appId, context) under a master key; both 256-byte points.
    function derive(bytes memory masterPoint, bytes memory appId, bytes memory context)
        internal
        view
        returns (bytes memory)
    {
        bytes memory appKey = g2AddTimes(masterPoint, _childScalar(masterPoint, appId, APP_DST));
        return g2AddTimes(appKey, _childScalar(appKey, context, CONTEXT_DST));
    }

    /// @notice Whether e(signature, g2) = e(H(key, message), key). False for what is not a point of the subgroup,
    /// and where the precompile needs more than `gasCap`: a malformed point burns all that it is given.
    function verify(
        bytes memory signature,
        bytes memory key,
        bytes memory keyPoint,
        bytes memory message,
        uint256 gasCap
    ) internal view returns (bool) {
        if (signature.length != 128) return false;
        bytes memory hashed = hashToG1(bytes.concat(key, message), G1_DST);
        bytes memory input = bytes.concat(signature, G2_GENERATOR_NEGATED, hashed, keyPoint);
        bool ok;
        uint256 result;
        assembly ("memory-safe") {
            ok := staticcall(gasCap, PAIRING, add(input, 0x20), mload(input), 0x00, 0x20)
            ok := and(ok, eq(returndatasize(), 0x20))
            result := mload(0x00)
        }
        return ok && result == 1;
    }

    /*//////////////////////////////////////////////////////////////
                                INTERNALS
    //////////////////////////////////////////////////////////////*/

    /// @dev lp(a, b) = u64(len a) || a || u64(len b) || b with a the compressed parent.
    function _childScalar(bytes memory parent, bytes memory input, bytes memory dst)
        private
        view
        returns (uint256)
    {
        bytes memory message =
            abi.encodePacked(uint64(G2_COMPRESSED), compressed(parent), uint64(input.length), input);
        return hashToScalar(message, dst);
    }

    /// @dev Whether y is the larger of y and -y: by y.c1, or by y.c0 where y.c1 is zero.
    function _isLarger(bytes memory point) private pure returns (bool) {
        uint256 hi;
        uint256 lo;
        assembly ("memory-safe") {
            hi := mload(add(point, 0xe0))
            lo := mload(add(point, 0x100))
            if iszero(or(hi, lo)) {
                hi := mload(add(point, 0xa0))
                lo := mload(add(point, 0xc0))
            }
        }
        return hi > HALF_HI || (hi == HALF_HI && lo > HALF_LO);
    }

    /// @dev Reduces 64 bytes modulo p (MODEXP with exponent 1) and maps them to the curve.
    function _mapToG1(bytes32 high, bytes32 low) private view returns (bytes memory) {
        bytes memory input =
            abi.encodePacked(uint256(64), uint256(1), uint256(48), high, low, uint8(1), FIELD_MODULUS);
        bytes memory reduced = _call(MODEXP, input, 48, gasleft());
        return _call(MAP_FP_TO_G1, abi.encodePacked(bytes16(0), reduced), 128, gasleft());
    }

    function _sha256(bytes memory input) private view returns (bytes32 digest) {
        bool ok;
        assembly ("memory-safe") {
            ok := staticcall(gas(), SHA256, add(input, 0x20), mload(input), 0x00, 0x20)
            ok := and(ok, eq(returndatasize(), 0x20))
            digest := mload(0x00)
        }
        if (!ok) revert GatewayPrecompileFailed(address(uint160(SHA256)));
    }

    function _call(uint256 precompile, bytes memory input, uint256 size, uint256 gasCap)
        private
        view
        returns (bytes memory output)
    {
        bool ok;
        assembly ("memory-safe") {
            output := mload(0x40)
            mstore(output, size)
            mstore(0x40, add(add(output, 0x20), and(add(size, 0x1f), not(0x1f))))
            ok := staticcall(gasCap, precompile, add(input, 0x20), mload(input), add(output, 0x20), size)
            ok := and(ok, eq(returndatasize(), size))
        }
        if (!ok) revert GatewayPrecompileFailed(address(uint160(precompile)));
    }
}
