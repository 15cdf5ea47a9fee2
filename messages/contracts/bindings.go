// Code generated via abigen V2 - DO NOT EDIT.
// This file is a generated binding and any manual changes will be lost.

package contracts

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// Reference imports to suppress errors if they are not otherwise used.
var (
	_ = bytes.Equal
	_ = errors.New
	_ = big.NewInt
	_ = common.Big1
	_ = types.BloomLookup
	_ = abi.ConvertType
)

// Key is an auto generated low-level Go binding around an user-defined struct.
type Key struct {
	KeyId         [32]byte
	Index         uint32
	Status        uint8
	Epoch         uint64
	N             uint16
	Threshold     uint16
	ActivatableAt uint64
	Treasury      common.Address
	FeeRate       *big.Int
	Parties       []common.Address
	Mpk           []byte
	MpkPoint      []byte
	AttestKey     []byte
	AttestPoint   []byte
}

// KeyConfig is an auto generated low-level Go binding around an user-defined struct.
type KeyConfig struct {
	KeyId     [32]byte
	Mpk       []byte
	MpkPoint  []byte
	Epoch     uint64
	Threshold uint16
	Parties   []common.Address
	Treasury  common.Address
	FeeRate   *big.Int
}

// Options is an auto generated low-level Go binding around an user-defined struct.
type Options struct {
	Proof            uint8
	CallbackGasLimit uint32
	Deadline         uint64
	RefundTo         common.Address
}

// Outcome is an auto generated low-level Go binding around an user-defined struct.
type Outcome struct {
	Handle    [32]byte
	Status    uint8
	InputId   [32]byte
	Seed      [32]byte
	Plaintext []byte
	C1        []byte
	RestHash  [32]byte
}

// Request is an auto generated low-level Go binding around an user-defined struct.
type Request struct {
	App      common.Address
	KeyId    [32]byte
	Selector [4]byte
	Options  Options
}

// Settlement is an auto generated low-level Go binding around an user-defined struct.
type Settlement struct {
	RequestId   *big.Int
	Request     Request
	Outcomes    []Outcome
	Attestation []byte
}

// GatewayContractMetaData contains all meta data concerning the GatewayContract contract.
var GatewayContractMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractIKMSRegistry\",\"name\":\"registry_\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"grace_\",\"type\":\"uint64\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"GatewayAclDenied\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"inputId\",\"type\":\"bytes32\"}],\"name\":\"GatewayAlreadyRegistered\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"}],\"name\":\"GatewayAttestationInvalid\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"}],\"name\":\"GatewayCallbackFailed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"limit\",\"type\":\"uint256\"}],\"name\":\"GatewayCallbackGasInvalid\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"available\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"needed\",\"type\":\"uint256\"}],\"name\":\"GatewayCallbackGasMissing\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"GatewayChainUnfit\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"deadline\",\"type\":\"uint256\"}],\"name\":\"GatewayDeadlineInvalid\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"count\",\"type\":\"uint256\"}],\"name\":\"GatewayHandleCount\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"GatewayMalformedCiphertext\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"name\":\"GatewayMixedKeys\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"GatewayNotAllowed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"internalType\":\"enumState\",\"name\":\"state\",\"type\":\"uint8\"}],\"name\":\"GatewayNotPending\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"GatewayNotRegistrant\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"}],\"name\":\"GatewayNothingToRetry\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"GatewayNothingToWithdraw\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"name\":\"GatewayOpeningInvalid\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"name\":\"GatewayOutcomeInvalid\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"precompile\",\"type\":\"address\"}],\"name\":\"GatewayPrecompileFailed\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"GatewayProofMissing\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"GatewayRefundAddressMissing\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"registry\",\"type\":\"address\"}],\"name\":\"GatewayRegistryMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"}],\"name\":\"GatewayRequestMismatch\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"notBefore\",\"type\":\"uint256\"}],\"name\":\"GatewayTooEarly\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"plaintextBytes\",\"type\":\"uint256\"}],\"name\":\"GatewayTooLarge\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"}],\"name\":\"GatewayTooLate\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"GatewayTransferFailed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"paid\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"needed\",\"type\":\"uint256\"}],\"name\":\"GatewayUnderpriced\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"name\":\"GatewayUnknownHandle\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"ReentrancyGuardReentrantCall\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"Allowed\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"AllowedForDecryption\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"}],\"name\":\"CallbackRetried\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"app\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"inputId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"salt\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes\",\"name\":\"ciphertext\",\"type\":\"bytes\"}],\"name\":\"CiphertextRegistered\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"requestDigest\",\"type\":\"bytes32\"}],\"name\":\"DecryptionExpired\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"requestDigest\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"outcomesDigest\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bool\",\"name\":\"callbackSucceeded\",\"type\":\"bool\"}],\"name\":\"DecryptionFulfilled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"requestDigest\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"outcomesDigest\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"enumStatus\",\"name\":\"reason\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"bool\",\"name\":\"callbackSucceeded\",\"type\":\"bool\"}],\"name\":\"DecryptionRejected\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"app\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32\",\"name\":\"requestDigest\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes32[]\",\"name\":\"handles\",\"type\":\"bytes32[]\"},{\"indexed\":false,\"internalType\":\"uint64[]\",\"name\":\"registeredAt\",\"type\":\"uint64[]\"},{\"indexed\":false,\"internalType\":\"bytes4\",\"name\":\"selector\",\"type\":\"bytes4\"},{\"components\":[{\"internalType\":\"enumProof\",\"name\":\"proof\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"callbackGasLimit\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"deadline\",\"type\":\"uint64\"},{\"internalType\":\"address\",\"name\":\"refundTo\",\"type\":\"address\"}],\"indexed\":false,\"internalType\":\"structOptions\",\"name\":\"options\",\"type\":\"tuple\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"fee\",\"type\":\"uint256\"}],\"name\":\"DecryptionRequested\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"fee\",\"type\":\"uint256\"}],\"name\":\"FeeBumped\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"treasury\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"FeesWithdrawn\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"Revoked\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"indexed\":true,\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"RevokedForDecryption\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"indexed\":false,\"internalType\":\"enumState\",\"name\":\"state\",\"type\":\"uint8\"}],\"name\":\"SettlementSkipped\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"amount\",\"type\":\"uint256\"}],\"name\":\"Withdrawn\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"allow\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"name\":\"allowForDecryption\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"allowTransient\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"internalType\":\"bytes32\",\"name\":\"requestDigest\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"outcomesDigest\",\"type\":\"bytes32\"}],\"name\":\"attestationId\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"}],\"name\":\"bumpFee\",\"outputs\":[],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"creditOf\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32[]\",\"name\":\"handles\",\"type\":\"bytes32[]\"},{\"components\":[{\"internalType\":\"enumProof\",\"name\":\"proof\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"callbackGasLimit\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"deadline\",\"type\":\"uint64\"},{\"internalType\":\"address\",\"name\":\"refundTo\",\"type\":\"address\"}],\"internalType\":\"structOptions\",\"name\":\"options\",\"type\":\"tuple\"}],\"name\":\"estimateFee\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"price\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"app\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes4\",\"name\":\"selector\",\"type\":\"bytes4\"},{\"components\":[{\"internalType\":\"enumProof\",\"name\":\"proof\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"callbackGasLimit\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"deadline\",\"type\":\"uint64\"},{\"internalType\":\"address\",\"name\":\"refundTo\",\"type\":\"address\"}],\"internalType\":\"structOptions\",\"name\":\"options\",\"type\":\"tuple\"}],\"internalType\":\"structRequest\",\"name\":\"request\",\"type\":\"tuple\"},{\"internalType\":\"bytes32[]\",\"name\":\"handles\",\"type\":\"bytes32[]\"}],\"name\":\"expire\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"}],\"name\":\"feesOf\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"grace\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"inputId\",\"type\":\"bytes32\"}],\"name\":\"handleOf\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"name\":\"infoOf\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"},{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"app\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"salt\",\"type\":\"bytes32\"}],\"name\":\"inputIdOf\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"isAllowed\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"name\":\"isAllowedForDecryption\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"owner\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"salt\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"ciphertext\",\"type\":\"bytes\"}],\"name\":\"register\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"registry\",\"outputs\":[{\"internalType\":\"contractIKMSRegistry\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"requestCount\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32[]\",\"name\":\"handles\",\"type\":\"bytes32[]\"},{\"internalType\":\"bytes4\",\"name\":\"selector\",\"type\":\"bytes4\"},{\"components\":[{\"internalType\":\"enumProof\",\"name\":\"proof\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"callbackGasLimit\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"deadline\",\"type\":\"uint64\"},{\"internalType\":\"address\",\"name\":\"refundTo\",\"type\":\"address\"}],\"internalType\":\"structOptions\",\"name\":\"options\",\"type\":\"tuple\"}],\"name\":\"requestDecryption\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"}],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"app\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes4\",\"name\":\"selector\",\"type\":\"bytes4\"},{\"components\":[{\"internalType\":\"enumProof\",\"name\":\"proof\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"callbackGasLimit\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"deadline\",\"type\":\"uint64\"},{\"internalType\":\"address\",\"name\":\"refundTo\",\"type\":\"address\"}],\"internalType\":\"structOptions\",\"name\":\"options\",\"type\":\"tuple\"}],\"internalType\":\"structRequest\",\"name\":\"request\",\"type\":\"tuple\"},{\"internalType\":\"bytes32[]\",\"name\":\"handles\",\"type\":\"bytes32[]\"},{\"internalType\":\"enumStatus[]\",\"name\":\"statuses\",\"type\":\"uint8[]\"},{\"internalType\":\"bytes[]\",\"name\":\"plaintexts\",\"type\":\"bytes[]\"}],\"name\":\"retryCallback\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"revoke\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"name\":\"revokeForDecryption\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"app\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes4\",\"name\":\"selector\",\"type\":\"bytes4\"},{\"components\":[{\"internalType\":\"enumProof\",\"name\":\"proof\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"callbackGasLimit\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"deadline\",\"type\":\"uint64\"},{\"internalType\":\"address\",\"name\":\"refundTo\",\"type\":\"address\"}],\"internalType\":\"structOptions\",\"name\":\"options\",\"type\":\"tuple\"}],\"internalType\":\"structRequest\",\"name\":\"request\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"internalType\":\"enumStatus\",\"name\":\"status\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"inputId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"seed\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"plaintext\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"c1\",\"type\":\"bytes\"},{\"internalType\":\"bytes32\",\"name\":\"restHash\",\"type\":\"bytes32\"}],\"internalType\":\"structOutcome[]\",\"name\":\"outcomes\",\"type\":\"tuple[]\"},{\"internalType\":\"bytes\",\"name\":\"attestation\",\"type\":\"bytes\"}],\"name\":\"settle\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"components\":[{\"internalType\":\"address\",\"name\":\"app\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes4\",\"name\":\"selector\",\"type\":\"bytes4\"},{\"components\":[{\"internalType\":\"enumProof\",\"name\":\"proof\",\"type\":\"uint8\"},{\"internalType\":\"uint32\",\"name\":\"callbackGasLimit\",\"type\":\"uint32\"},{\"internalType\":\"uint64\",\"name\":\"deadline\",\"type\":\"uint64\"},{\"internalType\":\"address\",\"name\":\"refundTo\",\"type\":\"address\"}],\"internalType\":\"structOptions\",\"name\":\"options\",\"type\":\"tuple\"}],\"internalType\":\"structRequest\",\"name\":\"request\",\"type\":\"tuple\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"internalType\":\"enumStatus\",\"name\":\"status\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"inputId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"seed\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"plaintext\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"c1\",\"type\":\"bytes\"},{\"internalType\":\"bytes32\",\"name\":\"restHash\",\"type\":\"bytes32\"}],\"internalType\":\"structOutcome[]\",\"name\":\"outcomes\",\"type\":\"tuple[]\"},{\"internalType\":\"bytes\",\"name\":\"attestation\",\"type\":\"bytes\"}],\"internalType\":\"structSettlement[]\",\"name\":\"settlements\",\"type\":\"tuple[]\"}],\"name\":\"settleMany\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"}],\"name\":\"statusOf\",\"outputs\":[{\"internalType\":\"enumState\",\"name\":\"\",\"type\":\"uint8\"},{\"internalType\":\"enumStatus\",\"name\":\"\",\"type\":\"uint8\"},{\"internalType\":\"enumCallback\",\"name\":\"\",\"type\":\"uint8\"},{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"},{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"internalType\":\"enumStatus\",\"name\":\"status\",\"type\":\"uint8\"},{\"internalType\":\"bytes32\",\"name\":\"inputId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"seed\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"plaintext\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"c1\",\"type\":\"bytes\"},{\"internalType\":\"bytes32\",\"name\":\"restHash\",\"type\":\"bytes32\"}],\"internalType\":\"structOutcome\",\"name\":\"outcome\",\"type\":\"tuple\"}],\"name\":\"verifyOpening\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"withdraw\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"}],\"name\":\"withdrawFees\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"}]",
	ID:  "GatewayContract",
	Bin: "0x60c0806040523461019a57604081615542803803809161001f82856101b1565b83398101031261019a5780516001600160a01b0381169182820361019a5760200151906001600160401b038216820361019a5760805260a0526040516308b0c8db60e11b8152602081600481855afa9081156101a6575f91610160575b50306001600160a01b039091160361014e5760405161009c6040826101b1565b6003815262f00f1160e81b60208201526100bd6100b76101e8565b8261026f565b1561013f576100d4906100ce6101e8565b90610642565b61013f57604051614dfe90816107248239608051818181610217015281816103e50152818161071201528181610e4e0152818161155e0152818161211d0152818161274401528181612b69015261301b015260a05181818161144b0152818161362f01526143e20152f35b6302bf5c5560e01b5f5260045ffd5b63027a151560e61b5f5260045260245ffd5b90506020813d60201161019e575b8161017b602093836101b1565b8101031261019a57516001600160a01b038116810361019a575f61007c565b5f80fd5b3d915061016e565b6040513d5f823e3d90fd5b601f909101601f19168101906001600160401b038211908210176101d457604052565b634e487b7160e01b5f52604160045260245ffd5b604051906101f76080836101b1565b606082527f68cc9e9672fadedf1e311e0057fc906dfd37d1077ca027954c45336405e66e5e6060837fa9937528bda5826cf5c7da77a5f5e46719a9748f4ea0aa491c8fba92081e5d5560208201527f457ab36ec4f6335954c6d87987d0b28301bd8da166493bb537c842d20396da5a60408201520152565b606082510361063c576103c25f5160206155225f395f51905f526103e381936103a56103aa604051926102d860488560208082019467494320494245000160c01b86525f60288401528051918291018484015e81015f838201520301601f1981018652856101b1565b6103a56003604051956102ec6060886101b1565b60238752606060208801977f69632d7665746b642d626c7331322d3338312d6962652d686173682d746f2d6d89526261736b60e81b6040820152519761035d600160206040518c819d83830196875e8082019060ff60f81b9060f81b16838201520301601e1981018c52018a6101b1565b6040519586935f60208601525f60408601525180918486015e83018460f41b838201525f606282015289518092606383015e01015f838201520301601f1981018352826101b1565b6106f2565b6103d06040516103a5816103c28786602084016106ac565b03601f1981018352826101b1565b95869360405194859318602084016106cf565b60801c91600160801b900908801561063c57600e906101006040519161040b610120846101b1565b8183526105256020808086016f024aa2b2f08f0a91260805272dc5105181527fc6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb860408801526f13e02b6052719f607dacd3a088274f6560608801527f596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e60808801526f0ce5d527727d6e118cc9cdc6da2e351a60a08801527fadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b8280160c08801526f0606c4a02ea734cc32acd2b02bc28b9960e08801527fcb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be86880152604051948591838301985180918a5e82019083820152030180845201826101b1565b5a604051938385526020850195869361012087016040525192fa6101003d1416156106285760209060e081015161010082015180821715610617575b6f0d0088f51cbff34d258dd3db21a5d66b82119182156105cb575b5050156105bf576040600560fd1b5b6080830151908160801c606085015160801b171794519060801b179101516060850151149060408501511416920151141690565b6040600160ff1b61058b565b6f0d0088f51cbff34d258dd3db21a5d66b149150816105ed575b505f8061057c565b7fb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd5551090505f6105e5565b505060a081015160c0820151610561565b6339a7e32d60e21b5f52600e60045260245ffd5b50505f90565b606082510361063c576103c25f5160206155225f395f51905f526103e381936103a56103aa604051926102d860488560208082019467494320494245000160c01b8652600160288401528051918291018484015e81015f838201520301601f1981018652856101b1565b6021926020928252600160f81b838301528051928391018483015e01015f815290565b6021926020928252600160f91b838301528051928391018483015e01015f815290565b5f602091828151910160025afa60203d1416905f51911561070f57565b6339a7e32d60e21b5f52600260045260245ffdfe60806040526004361015610011575f80fd5b5f3560e01c8063087fa3751461369b5780630c1a880a146136535780631eefddb1146135f15780633ccfd60b146135405780633e395cec146134ef57806341ba06cc14612e305780635badbe4c14612df5578063698e744714612d5d5780636e62937f14612ab15780637580725014612a4e578063799719fe146121415780637b103999146120d357806382027b6d14612085578063974553481461203f5780639ac2b51914611a58578063a4188cac146119c3578063aa68d77414611975578063ad35efd414611827578063b9496b6214611765578063c0d0294314611718578063c8b72b7b146115ca578063d71e4dcc146114e4578063d8c8777b14611280578063d969631e1461080b578063ddf51330146105ca578063ebb711941461039c578063efd8871a146102c55763ffbda1c31461014d575f80fd5b346102ae5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae576004355f5260066020526101c560405f20549073ffffffffffffffffffffffffffffffffffffffff82169163ffffffff8160a01c169165ffffffffffff8260c01c169160f01c90565b90929163ffffffff604051917f707f23c400000000000000000000000000000000000000000000000000000000835216600482015260208160248173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000165afa9081156102ba575f91610283575b5060809367ffffffffffffffff9173ffffffffffffffffffffffffffffffffffffffff6040519516855260208501521660408301526060820152f35b90506020813d6020116102b2575b8161029e6020938361391b565b810103126102ae57516080610247565b5f80fd5b3d9150610291565b6040513d5f823e3d90fd5b346102ae5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae576004356102ff613763565b905f61036573ffffffffffffffffffffffffffffffffffffffff84169384330361038e575b8383528260205260408320858452602052604083207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00815416905583613ea0565b5d33907f0eacc78f9b7825280a64d8c70d21fdba612299a49e580dd9dcaa9e84325611b05f80a4005b6103978461463d565b610324565b346102ae5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5760043573ffffffffffffffffffffffffffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001690604051917f9df4efa5000000000000000000000000000000000000000000000000000000008352816004840152602083602481845afa9283156102ba575f93610578575b506020602491604051928380927f6f4ce56a0000000000000000000000000000000000000000000000000000000082528660048301525afa80156102ba5763ffffffff915f91610549575b501691825f52600360205260405f205491821561050757610505935f5260036020525f6040812055604051908382527f7dae2ebbcfe5496fc999131fbc530cc1579c5bfe5097a2986d5fa4b5e06e92b5602073ffffffffffffffffffffffffffffffffffffffff851693a3613ddf565b005b73ffffffffffffffffffffffffffffffffffffffff827f769fc1e7000000000000000000000000000000000000000000000000000000005f521660045260245ffd5b61056b915060203d602011610571575b610563818361391b565b810190613bf1565b84610495565b503d610559565b9092506020813d6020116105c2575b816105946020938361391b565b810103126102ae575173ffffffffffffffffffffffffffffffffffffffff811681036102ae5791602061044a565b3d9150610587565b346102ae5760a07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5760043567ffffffffffffffff81116102ae576106199036906004016137a9565b9060807fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc3601126102ae578161064e91613f60565b50909161afc881029080820461afc814901517156107de576201117001908162011170116107de576019810290808204601914901517156107de5761069291613d27565b6044359063ffffffff8216908183036102ae576106af9250613d27565b60243560038110156102ae576002146107cf575b63ffffffff604051927f7896566f00000000000000000000000000000000000000000000000000000000845216600483015260408260248173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000165afa9182156102ba575f905f9361076a575b60206107626fffffffffffffffffffffffffffffffff86168561416a565b604051908152f35b9250506040823d6040116107c7575b816107866040938361391b565b810103126102ae5760208251920151906fffffffffffffffffffffffffffffffff821682036102ae5790916fffffffffffffffffffffffffffffffff610744565b3d9150610779565b620249f08101809111156106c3575b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b346102ae5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5760043567ffffffffffffffff81116102ae5761085a9036906004016137a9565b61086261434e565b5f5b8181101561125b578060051b830135907ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec1843603018212156102ae57818401355f52600760205260405f2091610100818601016108cc6108c682848901613d34565b9061444d565b9360ff60018201541690600582101561122e57600182149081159161121d575b81156111dc575b5061119a575061090590828701613d34565b91909361091a6101208389010183890161382d565b838901355f52600760205260405f20928354956040519861093a8a6138ff565b606060208b0152606060408b01525f60608b01525f60808b0152828a52610960826139f9565b61096d604051918261391b565b8281527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe061099a846139f9565b0136602083013760208b01526109af826139f9565b6109bc604051918261391b565b8281527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe06109e9846139f9565b015f5b81811061118957505060408b0152610a038261459f565b918c5f5b828110610ff65750505050610a1b90614c91565b60608901526080858b01013560038110156102ae57600214908115610fe5575b50610e1d575b50506080850151610e14575f6003915b610a5f600182019384613af7565b610a7f610a6f6020890151613f3f565b51610a7981613823565b84613b2e565b55546fffffffffffffffffffffffffffffffff8160781c169081610deb575b5050808601355f52600760205260405f206001946003886060858201017fffffffff00000000000000000000000000000000000000000000000000000000610ae582613cd9565b16610bd6575b505095610afc600197888501613b6a565b1591821592610bc0575b506080810151610b7d579160809183610b48602060607f22095fdc0bb18ca6ef4e75ce8e5995addec497a38fa4a3ea5ea85ae3da569bbc970151920151613f3f565b5190610b5382613823565b6040519687526020870152610b6781613823565b6040860152606085015287013592a25b01610864565b91606091827fd214b0d00189f40ea28d070030aa152ed2ef934e497542d756d2d8adc8afff389401516040519586526020860152604085015287013592a2610b77565b610bce60608301518661461d565b905588610b06565b859250610be39150613cd9565b96898351602085015192610c1b604087015192604051968795602087019e8f52013560248601526080604486015260a485019061417d565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc848203016064850152602080865192838152019501905f905b808210610dc4575050507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc83850301608484015281519081855260208501916020808260051b8801019401955f5b828110610d40575050505050610ce09250037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810183528261391b565b610cee6020858b0101613d06565b60a0858b0101359163ffffffff831683036102ae576001985f80949363ffffffff858396501693610d1e85614d28565b5193f18015610d3657610afc875b91978a9150610aeb565b610afc6002610d2c565b919395509160208080877fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe087869a03018a527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f838d518051918291828752018686015e5f85828601015201160101980196019101918795969492939193610ca3565b919450916020808295978751610dd981613823565b81520195019201869495939291610c55565b63ffffffff9060181c165f526003602052610e0b60405f20918254613d27565b90558680610a9e565b5f600291610a51565b610e3760608801516040868c01013587878d013530614529565b73ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000166040517f6f4ce56a0000000000000000000000000000000000000000000000000000000081526040878d0101356004820152602081602481855afa9081156102ba5787918d915f91610fc7575b5063ffffffff8060018a015460181c1691161494851595610f18575b50505050509050610ee9578780610a41565b50857f6f83fd8d000000000000000000000000000000000000000000000000000000005f52013560045260245ffd5b6020955060409496610f6e918651988997889687967ffb2cb35e00000000000000000000000000000000000000000000000000000000885201013560048601526024850152606060448501526064840191613c0d565b03915afa9081156102ba575f91610f8d575b5015808980858b82610ed7565b90506020813d8211610fbf575b81610fa76020938361391b565b810103126102ae575180151581036102ae5788610f80565b3d9150610f9a565b610fdf915060203d811161057157610563818361391b565b8e610ebb565b90506080880151905114158a610a3b565b61100181848661440d565b91611019611012608085018561382d565b3691613996565b90602084013593600485101591826102ae578d91849161103888613823565b6001880361112c5761104e930160400135613d88565b156110f6578e6080611062818301516139cc565b9101525b6102ae57826110a18f60408160019761108488602081960151613f4c565b61108d82613823565b5201518461109b8383613f4c565b52613f4c565b506110ac8389613f4c565b51916020815191012090604051926110c3846138c7565b83526110ce81613823565b602083015260408201526110e28287613f4c565b526110ed8186613f4c565b50018d90610a07565b6111008389613f4c565b517f72ad2969000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b50505050505f61113b84613823565b8315801561117f575b15611066576111538389613f4c565b517f694c6c50000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b5081511515611144565b8060606020809386010152016109ec565b91600194507f66d5cafc82bd533182e6c2cf504cd99ef80340277aba252dd61e7f6bc52c539291506020906111d26040518095613816565b87013592a2610b77565b90506112136111ef6020868b0101613d06565b6111fd6060878c0101613cd9565b8861120d36898e01608001613a5d565b926141b0565b90541415886108f3565b9050611228816143c2565b906108ec565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005d005b346102ae576101207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5760043560e07fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc3601126102ae576101043567ffffffffffffffff81116102ae576112fe9036906004016137a9565b825f52600760205260405f20916001830191825460ff8116600581101561122e57600181036114af5750611331856143c2565b1561143a575061134b91611346913691613a11565b6144cb565b918054830361140e575f9060047fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff008454161783555560e4359173ffffffffffffffffffffffffffffffffffffffff83168084036102ae576fffffffffffffffffffffffffffffffff6020937fd55cef992a99701283407213871348b0479aa0c096796ad6c7645f9524bc7ace95505460781c1690816113f0575b5050604051908152a2005b5f526002835261140560405f20918254613d27565b905584806113e5565b837f5b8d1cdb000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b611475869167ffffffffffffffff807f0000000000000000000000000000000000000000000000000000000000000000169160381c16613d27565b90600182018092116107de577f70556112000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b6114df90877f660945d5000000000000000000000000000000000000000000000000000000005f52600452613808565b60445ffd5b346102ae5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae576040517f6f4ce56a000000000000000000000000000000000000000000000000000000008152600435600482015260208160248173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000165afa80156102ba5763ffffffff915f916115ab575b50165f526003602052602060405f2054604051908152f35b6115c4915060203d60201161057157610563818361391b565b82611593565b60207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae57600435805f526007602052600160405f2001805460ff8116600581101561122e57600181036116e857506fffffffffffffffffffffffffffffffff8034169160781c1601906fffffffffffffffffffffffffffffffff82116107de576fffffffffffffffffffffffffffffffff816116da7f29f32d8aaa628cedd7fc3d76dfb70145575d4be7c4bc3a5eaf4c51b9b54474cb94602094907fff00000000000000000000000000000000ffffffffffffffffffffffffffffff7effffffffffffffffffffffffffffffff00000000000000000000000000000083549260781b169116179055565b5460781c16604051908152a2005b6114df90847f660945d5000000000000000000000000000000000000000000000000000000005f52600452613808565b346102ae5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae576004355f526001602052602060ff60405f2054166040519015158152f35b346102ae5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5760043573ffffffffffffffffffffffffffffffffffffffff6117b4613763565b6117bd83613e5f565b825f525f60205260405f208282165f5260205260405f2060017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00825416179055169033907fcf07c7f81f09ed061783cfd8468b6b80d89d10e79b7c249e50b439b340f487715f80a4005b346102ae5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae576004355f52600760205260405f206001604051916118738361387e565b805483520154906020810160ff8316600581101561122e57815260ff8360081c169260408301936118a381613823565b845260ff8160101c169160608401926118bb81613823565b835263ffffffff8260181c1660808501526fffffffffffffffffffffffffffffffff60c060a086019567ffffffffffffffff8560381c168752019260781c1682525192600584101561122e576fffffffffffffffffffffffffffffffff67ffffffffffffffff60a096519461192f86613823565b519261193a84613823565b51169251169261194d6040518096613816565b61195681613823565b602085015261196481613823565b604084015260608301526080820152f35b346102ae5760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5760206107626119b1613786565b6119b9613763565b6044359130614698565b346102ae5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae576004356119fe8161463d565b805f52600160205260405f207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00815416905533907f82f799abad1d5401d3a2c959674be6c40d5b04c10c9fd414c581e305237ac6c25f80a3005b346102ae576101607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5760043560e07fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc3601126102ae576101043567ffffffffffffffff81116102ae57611ad69036906004016137a9565b6101243567ffffffffffffffff81116102ae57611af79036906004016137a9565b906101443567ffffffffffffffff81116102ae57611b199036906004016137a9565b959094611b2461434e565b815f52600760205260405f20946001860196875498600260ff8b60101c16611b4b81613823565b0361201357828714801590612009575b611fdd57611b6a368486613a11565b95611b74886139f9565b9a611b826040519c8d61391b565b888c5260208c018960051b83013681116102ae5783915b818310611fc457505050611bac836139f9565b98611bba6040519a8b61391b565b838a5260208a01918460051b928387013681116102ae5787915b818310611f8757505050611be88a5161459f565b9b5f5b8b51811015611c67578f90611c608f8f908f948492611c2b84611c1b81611c148160019c613f4c565b5195613f4c565b5192611c2684613823565b613f4c565b51602081519101209060405192611c41846138c7565b8352611c4c81613823565b6020830152604082015261109b8383613f4c565b5001611beb565b508d611c88611c758f614c91565b611c83611346368d8f613a11565b61461d565b825403611f5b57620100007fffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00ffff5f94161790555560405196887f9e48404d7fada2e2883eddd739c2c542d62acc8d7339dc888ba59157023a57f85f80a2606435967fffffffff00000000000000000000000000000000000000000000000000000000881688036102ae57611d38899693926020928389019a8b528c60248a0152608060448a015260a4890191613ba7565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc8782030160648801528281520193905f905b808210611f29575050507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc84840301608485015280835260208084019284010192855f917fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe182360301905b848410611eac578b888b611e11828b037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810184528361391b565b60243573ffffffffffffffffffffffffffffffffffffffff811681036102ae5760a4359163ffffffff83168084036102ae575f94611e53869592869350614d28565b51925af115611e81575f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005d005b7fc9c29236000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b91939590929496507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08282030187528735838112156102ae578401906020823592019167ffffffffffffffff81116102ae5780360383136102ae57611f176020928392600195613c0d565b99019701940191899697959391611dd6565b91809591939650359060048210156102ae576020809183611f4b600195613823565b8152019501920188959291611d6b565b8a7f5b8d1cdb000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b823567ffffffffffffffff81116102ae57890136601f820112156102ae57602091611fb9839236908481359101613996565b815201920191611bd4565b823560048110156102ae57815260209283019201611b99565b847f5b8d1cdb000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b5082811415611b5b565b847faa167876000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b346102ae5760807ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae57602061076260643560443560243560043530614529565b346102ae5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5760206120c96120c1613763565b600435613c4b565b6040519015158152f35b346102ae575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae57602060405173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b346102ae576101407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5760043560e07fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc3601126102ae576101043567ffffffffffffffff81116102ae576121bf9036906004016137a9565b906101243567ffffffffffffffff81116102ae576121e19036906004016137da565b6121ec92919261434e565b845f52600760205260405f209160ff600184015416600581101561122e57600181036114af575061221c836143c2565b612a225761222a858261444d565b92612234846144cb565b9054036129f657855f52600760205260405f20938454946044356040519261225b846138ff565b602084019560608752604085019760608952606086019a5f8c5260808701975f8952828852612289826139f9565b612296604051918261391b565b8281527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe06122c3846139f9565b013660208301378a526122d5826139f9565b6122e2604051918261391b565b8281527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe061230f846139f9565b015f5b8181106129e55750508b526123268261459f565b915f5b8181106128d75750505061233c90614c91565b8b5260843560038110156102ae576002149081156128c9575b5061271e575b5050508251155f14612715575f6003915b61237a600182019384613af7565b612387610a6f8751613f3f565b55546fffffffffffffffffffffffffffffffff8160781c1690816126ec575b5050865f52600760205260405f2093600190600390606435937fffffffff0000000000000000000000000000000000000000000000000000000085168086036102ae576124e1575b50506123ff91925060018601613b6a565b15928315936124ce575b50516124905790608092916124417f22095fdc0bb18ca6ef4e75ce8e5995addec497a38fa4a3ea5ea85ae3da569bbc95519151613f3f565b519061244c82613823565b604051938452602084015261246081613823565b60408301526060820152a25f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005d005b50906060917fd214b0d00189f40ea28d070030aa152ed2ef934e497542d756d2d8adc8afff38935160405192835260208301526040820152a261125b565b6124d986518661461d565b905586612409565b6125139391925051908651925190604051948593602085019788528d60248601526080604486015260a485019061417d565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc848203016064850152602080865192838152019501905f5b8181106126c1575050507fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffdc838503016084840152815180855260208501946020808360051b8301019401955f915b83831061263c5750505050506125d79250037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810183528261391b565b6024359173ffffffffffffffffffffffffffffffffffffffff831683036102ae5760a4359063ffffffff8216918281036102ae575f94859485925061261b85614d28565b5193f18015612632576123ff60015b82918a6123ee565b6123ff600261262a565b91939550919360208080837fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0868b96030187527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f838d518051918291828752018686015e5f8582860101520116010198019301930190928795939694929661259a565b9193958395506020809186959395516126d981613823565b815201940191019186949295939561254c565b63ffffffff9060181c165f52600360205261270c60405f20918254613d27565b905587806123a6565b5f60029161236c565b61272d8b848b8d519230614529565b73ffffffffffffffffffffffffffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016906040517f6f4ce56a000000000000000000000000000000000000000000000000000000008152856004820152602081602481865afa9081156102ba575f916128aa575b5063ffffffff80600189015460181c1691161494851595612801575b50505050506127d55788808061235b565b877f6f83fd8d000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b6020949550612851604051968795869485947ffb2cb35e00000000000000000000000000000000000000000000000000000000865260048601526024850152606060448501526064840191613c0d565b03915afa9081156102ba575f9161286f575b501589808080806127c4565b90506020813d6020116128a2575b8161288a6020938361391b565b810103126102ae575180151581036102ae5789612863565b3d915061287d565b6128c3915060203d60201161057157610563818361391b565b8e6127a8565b90508651905114158c612355565b6128e281838561440d565b906128f3611012608084018461382d565b602083013592600484101590816102ae5761290d85613823565b82600186036129b657612920918d613d88565b156110f6578d61293081516139cc565b90525b6102ae57828f8f6129639160019661294d87809451613f4c565b61295682613823565b52518461109b8383613f4c565b5061296e8389613f4c565b5191602081519101209060405192612985846138c7565b835261299081613823565b602083015260408201526129a48287613f4c565b526129af8186613f4c565b5001612329565b5050505f6129c384613823565b831580156129db575b15612933576111538389613f4c565b50815115156129cc565b806060602080938601015201612312565b857f5b8d1cdb000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b857f95f6ac35000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b346102ae5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5773ffffffffffffffffffffffffffffffffffffffff612a9a613786565b165f526002602052602060405f2054604051908152f35b346102ae5760807ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae57612ae8613786565b60443560243560643567ffffffffffffffff81116102ae57612b0e9036906004016137da565b9091612b1a828461427f565b15612d3557604051937f0be3841900000000000000000000000000000000000000000000000000000000855280600486015260208560248173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000165afa9485156102ba575f95612d14575b50612ba682873330614698565b91825f52600560205260405f2054612ce8577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff988401928484116107de57604051936060600888018637606085209481606889018237207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff788601948686116107de5760209985612c7188612cdd9573ffffffffffffffffffffffffffffffffffffffff957f6a08d35f4143ac0bb33b334cb62ae5a4469446c11ae031b59e3fd16052748de29a896146e5565b9a8b98865f5260058e528960405f2055895f5260068e5260f01b9077ffffffff00000000000000000000000000000000000000004360c01b9160a01b163317171760405f205560405195869586528c860152604085015260806060850152169633966080840191613c0d565b0390a4604051908152f35b827f602103f4000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b612d2e91955060203d60201161057157610563818361391b565b9386612b99565b7f37dc24d8000000000000000000000000000000000000000000000000000000005f5260045ffd5b346102ae5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae57600435612d9881613e5f565b805f52600160205260405f2060017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0082541617905533907fe4f7fabfc72e1dcb9c953095b6923ff299a6d47672b5e1b80d40129d63f5bbf35f80a3005b346102ae575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae576020600454604051908152f35b60c07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5760043567ffffffffffffffff81116102ae57612e7a9036906004016137a9565b6024357fffffffff000000000000000000000000000000000000000000000000000000008116908181036102ae5760807fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffbc3601126102ae5760443593600385109081156102ae5785156134c7576064359163ffffffff8316918284036102ae57624c4b40831180156134b5575b6134895767ffffffffffffffff612f1c613ae0565b16428111801590613474575b613449575060a4359273ffffffffffffffffffffffffffffffffffffffff8416948585036102ae57851561342157612f608984613f60565b9b9199905f5b8c8082106133b157505061afc88c028c810461afc8148d1517156107de576201117001908162011170116107de576019810290808204601914901517156107de57612fb58691612fba93613d27565b613d27565b9486156102ae576002831461339d575b63ffffffff6040519b7f7896566f000000000000000000000000000000000000000000000000000000008d5216958660048d015260408c60248173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000165afa80156102ba575f9c5f91613337575b50906fffffffffffffffffffffffffffffffff61306a92169061416a565b803410613308575061307d6004546139cc565b9b8c60045561308d368284613a11565b966040519861309b8a6138e3565b156102ae578489528560208a01526084359767ffffffffffffffff8916998a8a036102ae578f9d6130d8928b60408401528d6060840152336141b0565b9b8c916130e3613ae0565b90604051936130f18561387e565b8452602084019360018552604081015f8152600160608301925f84526080810194855267ffffffffffffffff60a082019616865260c08101966fffffffffffffffffffffffffffffffff341688525f52600760205260405f2090518155019551600581101561122e576131649087613af7565b5161316e81613823565b6131789086613b2e565b5161318281613823565b61318c9085613b6a565b51908354905160381b6effffffffffffffff00000000000000169160181b66ffffffff00000016907fffffffffffffffffffffffffffffffffff000000000000000000000000ffffff1617178255516fffffffffffffffffffffffffffffffff1661324191907fff00000000000000000000000000000000ffffffffffffffffffffffffffffff7effffffffffffffffffffffffffffffff00000000000000000000000000000083549260781b169116179055565b6040519a8b5260208b0161012090526101208b019061325f92613ba7565b89810360408b01528c51908181526020019c602001905f5b8181106132e857505050928895926132c18c9996937f7051245061133b6a5799665f7b952e2306984583c78ccd230f93bd230d86c02e999660209f9c606001526080890190613be4565b5060a08601525060c08401525060e0820152346101008201528033940390a4604051908152f35b825167ffffffffffffffff168f5260209e8f019e90920191600101613277565b7fdf6ad79f000000000000000000000000000000000000000000000000000000005f523460045260245260445ffd5b919c50506040813d604011613395575b816133546040938361391b565b810103126102ae57602081519101519b6fffffffffffffffffffffffffffffffff8d168d036102ae57909b6fffffffffffffffffffffffffffffffff61304c565b3d9150613347565b94620249f081018091116107de5794612fca565b816133bc9189613f02565b356133c73382613c4b565b158061340a575b6133db5750600101612f66565b7fa702a5c7000000000000000000000000000000000000000000000000000000005f526004523360245260445ffd5b50805f52600160205260ff60405f205416156133ce565b7f1573aa6c000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f1347c9ad000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b5062278d0042018042116107de578111612f28565b827f484a4115000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b508515158015612f0757508215612f07565b7fa6ce2da0000000000000000000000000000000000000000000000000000000005f5260045ffd5b346102ae5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae57600161353d60043561352e613763565b9061353881613e5f565b613ea0565b5d005b346102ae575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae57335f52600260205260405f205480156135c55761050590335f5260026020525f60408120556040518181527f7084f5476618d8e60b11ef0d7d3f06914655adb8793e28ff7f018d4c76d505d560203392a233613ddf565b7f769fc1e7000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b346102ae575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae57602060405167ffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b346102ae5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae576004355f526005602052602060405f2054604051908152f35b346102ae5760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126102ae5760243567ffffffffffffffff81116102ae57806004019060e07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc82360301126102ae5760248101359160048310156102ae57600160209361372a81613823565b14918261373e575b50506040519015158152f35b61375c9250611012608461375392018361382d565b90600435613d88565b8280613732565b6024359073ffffffffffffffffffffffffffffffffffffffff821682036102ae57565b6004359073ffffffffffffffffffffffffffffffffffffffff821682036102ae57565b9181601f840112156102ae5782359167ffffffffffffffff83116102ae576020808501948460051b0101116102ae57565b9181601f840112156102ae5782359167ffffffffffffffff83116102ae57602083818601950101116102ae57565b600581101561122e57602452565b90600582101561122e5752565b6004111561122e57565b9035907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1813603018212156102ae570180359067ffffffffffffffff82116102ae576020019181360383136102ae57565b60e0810190811067ffffffffffffffff82111761389a57604052565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b6060810190811067ffffffffffffffff82111761389a57604052565b6080810190811067ffffffffffffffff82111761389a57604052565b60a0810190811067ffffffffffffffff82111761389a57604052565b90601f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0910116810190811067ffffffffffffffff82111761389a57604052565b67ffffffffffffffff811161389a57601f017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe01660200190565b9291926139a28261395c565b916139b0604051938461391b565b8294818452818301116102ae578281602093845f960137010152565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff81146107de5760010190565b67ffffffffffffffff811161389a5760051b60200190565b929190613a1d816139f9565b93613a2b604051958661391b565b602085838152019160051b81019283116102ae57905b828210613a4d57505050565b8135815260209182019101613a41565b91908260809103126102ae57604051613a75816138e3565b8092803560038110156102ae578252602081013563ffffffff811681036102ae57602083015260408101359067ffffffffffffffff821682036102ae57606091604084015201359073ffffffffffffffffffffffffffffffffffffffff821682036102ae5760600152565b60843567ffffffffffffffff811681036102ae5790565b90600581101561122e5760ff7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff008354169116179055565b90613b3881613823565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00ff61ff0083549260081b169116179055565b90613b7481613823565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00ffff62ff000083549260101b169116179055565b90918281527f07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff83116102ae5760209260051b809284830137010190565b90600382101561122e5752565b908160209103126102ae575163ffffffff811681036102ae5790565b601f82602094937fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe093818652868601375f8582860101520116010190565b9073ffffffffffffffffffffffffffffffffffffffff81168015613cd257825f5260066020528073ffffffffffffffffffffffffffffffffffffffff60405f20541614908115613cb1575b50613caa57613ca491613ea0565b5c151590565b5050600190565b9050825f525f60205260405f20905f5260205260ff60405f2054165f613c96565b5050505f90565b357fffffffff00000000000000000000000000000000000000000000000000000000811681036102ae5790565b3573ffffffffffffffffffffffffffffffffffffffff811681036102ae5790565b919082018092116107de57565b9035907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1813603018212156102ae570180359067ffffffffffffffff82116102ae57602001918160051b360383136102ae57565b9091613db9613d9d61101260a086018661382d565b92835160208501209083519160c08701359160408801356146e5565b8335149283613dc9575b50505090565b613dd7935060600135614718565b5f8080613dc3565b905f80808093855af13d15613e5a573d613df88161395c565b90613e06604051928361391b565b81525f60203d92013e5b15613e185750565b73ffffffffffffffffffffffffffffffffffffffff907f53085c6d000000000000000000000000000000000000000000000000000000005f521660045260245ffd5b613e10565b613e693382613c4b565b15613e715750565b7f84c3f991000000000000000000000000000000000000000000000000000000005f526004523360245260445ffd5b9073ffffffffffffffffffffffffffffffffffffffff6040519160208301937fab64cc36f846339c5ff6dfb96dd62634c53fe73438c6a7edc3ff1fdb2c6c85618552604084015216606082015260608152613efc60808261391b565b51902090565b9190811015613f125760051b0190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b805115613f125760200190565b8051821015613f125760209160051b010190565b5f925f9280158015614160575b61413557613f7a816139f9565b90613f88604051928361391b565b8082527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0613fb5826139f9565b0136602084013781935f5b82811061400257505050506120008311613fd657565b827fadfe3941000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b73ffffffffffffffffffffffffffffffffffffffff9697614024828585613f02565b355f52600660205261406b60405f20549073ffffffffffffffffffffffffffffffffffffffff82169163ffffffff8160a01c169165ffffffffffff8260c01c169160f01c90565b9391929a909a16156140fe57836140a957506001929161408b919a613d27565b9767ffffffffffffffff61409f8388613f4c565b9116905201613fc0565b999063ffffffff808c169116036140c7576001929161408b91613d27565b6140d2838686613f02565b357f7d92621b000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b614109848787613f02565b357f3e2c5f4b000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b7f912ae211000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b5060108111613f6d565b818102929181159184041417156107de57565b90602080835192838152019201905f5b81811061419a5750505090565b825184526020938401939092019160010161418d565b92906142139273ffffffffffffffffffffffffffffffffffffffff6060613efc947fffffffff0000000000000000000000000000000000000000000000000000000060405197889685602089019b168b5260e0604089015261010088019061417d565b941682860152614227608086018251613be4565b63ffffffff60208201511660a086015267ffffffffffffffff60408201511660c086015201511660e0830152037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810183528261391b565b608882108015614343575b61433d57816008116102ae577f49432049424500010000000000000000000000000000000000000000000000007fffffffffffffffff0000000000000000000000000000000000000000000000008235161491826142e757505090565b90915060081015613f1257600801357fc000000000000000000000000000000000000000000000000000000000000000167f80000000000000000000000000000000000000000000000000000000000000001490565b50505f90565b50610488821161428a565b7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005c61439a5760017f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005d565b7f3ee5aeb5000000000000000000000000000000000000000000000000000000005f5260045ffd5b67ffffffffffffffff600161440892015460381c1667ffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001690613d27565b421190565b9190811015613f125760051b810135907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff21813603018212156102ae570190565b919091614459836139f9565b614466604051918261391b565b8381527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0614493856139f9565b0136602083013780935f5b8181106144ab5750505050565b806144b9600192848761440d565b356144c48286613f4c565b520161449e565b60243573ffffffffffffffffffffffffffffffffffffffff811681036102ae576064357fffffffff00000000000000000000000000000000000000000000000000000000811681036102ae576145269261120d366084613a5d565b90565b93919290926040519373ffffffffffffffffffffffffffffffffffffffff60208601967fa049e2595b7103b20d47fbe9e8aed585201298e616f850125265cc73d8986f3a8852466040880152166060860152608085015260a084015260c083015260e082015260e08152613efc6101008261391b565b906145a9826139f9565b6145b6604051918261391b565b8281527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe06145e482946139f9565b01905f5b8281106145f457505050565b602090604051614603816138c7565b5f81525f838201525f6040820152828285010152016145e8565b906040519060208201928352604082015260408152613efc60608261391b565b805f52600660205273ffffffffffffffffffffffffffffffffffffffff60405f20541633036146695750565b7f3651a29c000000000000000000000000000000000000000000000000000000005f526004523360245260445ffd5b92909173ffffffffffffffffffffffffffffffffffffffff90816040519481602087019746895216604087015216606085015216608083015260a082015260a08152613efc60c08261391b565b9391929092604051936020850195865260408501526060840152608083015260a082015260a08152613efc60c08261391b565b906060835103613cd2576020916147bc60487f73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff0000000193604051958691818301957f4943204942450001000000000000000000000000000000000000000000000000875260288401528051918291018484015e81015f8382015203017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810185528461391b565b817001000000000000000000000000000000006149fb606095614907602161490c604051976147eb8b8a61391b565b602389527f61736b0000000000000000000000000000000000000000000000000000000000604060208b019a7f69632d7665746b642d626c7331322d3338312d6962652d686173682d746f2d6d8c5201526149076003604051966023602089019c8d5e7f230000000000000000000000000000000000000000000000000000000000000060438901526024885261488360448961391b565b8d8c6040519586935f60208601525f60408601525180918486015e83017e30000000000000000000000000000000000000000000000000000000000000838201525f60628201528a518092606383015e01015f8382015203017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810183528261391b565b614db4565b602061498881614907858c60405193849188828401527f010000000000000000000000000000000000000000000000000000000000000060408401528b518091604185015e8201018281015f81525003017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810183528261391b565b98899560405196879418838501527f02000000000000000000000000000000000000000000000000000000000000006040850152518091604185015e8201018281015f81525003017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810183528261391b565b60801c920908908115613cd257604051610100610120614a1b818461391b565b8183527fcb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be8260208501946f024aa2b2f08f0a91260805272dc5105186527fc6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb860408201526f13e02b6052719f607dacd3a088274f65878201527f596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e60808201526f0ce5d527727d6e118cc9cdc6da2e351a60a08201527fadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b8280160c08201526f0606c4a02ea734cc32acd2b02bc28b9960e0820152015260405194826020870194855e81860152808552614b2c6101408661391b565b5a60405193838552600e6020860197889487016040525192fa6101003d141615614c645760209160e082015161010083015180821715614c53575b6f0d0088f51cbff34d258dd3db21a5d66b8211918215614c07575b505015614bdf5760407fa0000000000000000000000000000000000000000000000000000000000000005b6080840151908160801c8486015160801b171795519060801b1792015190850151149060408501511416920151141690565b60407f8000000000000000000000000000000000000000000000000000000000000000614bad565b6f0d0088f51cbff34d258dd3db21a5d66b14915081614c29575b505f80614b82565b7fb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd5559150115f614c21565b505060a082015160c0830151614b67565b7fe69f8cb4000000000000000000000000000000000000000000000000000000005f52600e60045260245ffd5b60405160208101918160408101916020855280518093526020606083019101925f5b818110614ced575050613efc9250037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810183528261391b565b9160019193506060602091604087518051835284810151614d0d81613823565b85840152015160408201520194019101918492939193614cb3565b5a614e20811115614dad577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffb1e081019081116107de57603f810290808204603f14901517156107de5760061c5b818110614d7f575050565b7fe8beecb0000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b505f614d74565b5f602091828151910160025afa60203d1416905f519115614dd157565b7fe69f8cb4000000000000000000000000000000000000000000000000000000005f52600260045260245ffd73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001",
}

// GatewayContract is an auto generated Go binding around an Ethereum contract.
type GatewayContract struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *GatewayContract) GetABI() abi.ABI {
	return c.abi
}

// NewGatewayContract creates a new instance of GatewayContract.
func NewGatewayContract() *GatewayContract {
	parsed, err := GatewayContractMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &GatewayContract{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *GatewayContract) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address registry_, uint64 grace_) returns()
func (gatewayContract *GatewayContract) PackConstructor(registry_ common.Address, grace_ uint64) []byte {
	enc, err := gatewayContract.abi.Pack("", registry_, grace_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackAllow is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb9496b62.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function allow(bytes32 handle, address account) returns()
func (gatewayContract *GatewayContract) PackAllow(handle [32]byte, account common.Address) []byte {
	enc, err := gatewayContract.abi.Pack("allow", handle, account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAllow is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb9496b62.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function allow(bytes32 handle, address account) returns()
func (gatewayContract *GatewayContract) TryPackAllow(handle [32]byte, account common.Address) ([]byte, error) {
	return gatewayContract.abi.Pack("allow", handle, account)
}

// PackAllowForDecryption is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x698e7447.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function allowForDecryption(bytes32 handle) returns()
func (gatewayContract *GatewayContract) PackAllowForDecryption(handle [32]byte) []byte {
	enc, err := gatewayContract.abi.Pack("allowForDecryption", handle)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAllowForDecryption is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x698e7447.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function allowForDecryption(bytes32 handle) returns()
func (gatewayContract *GatewayContract) TryPackAllowForDecryption(handle [32]byte) ([]byte, error) {
	return gatewayContract.abi.Pack("allowForDecryption", handle)
}

// PackAllowTransient is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3e395cec.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function allowTransient(bytes32 handle, address account) returns()
func (gatewayContract *GatewayContract) PackAllowTransient(handle [32]byte, account common.Address) []byte {
	enc, err := gatewayContract.abi.Pack("allowTransient", handle, account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAllowTransient is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3e395cec.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function allowTransient(bytes32 handle, address account) returns()
func (gatewayContract *GatewayContract) TryPackAllowTransient(handle [32]byte, account common.Address) ([]byte, error) {
	return gatewayContract.abi.Pack("allowTransient", handle, account)
}

// PackAttestationId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x97455348.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function attestationId(uint256 requestId, bytes32 requestDigest, bytes32 keyId, bytes32 outcomesDigest) view returns(bytes32)
func (gatewayContract *GatewayContract) PackAttestationId(requestId *big.Int, requestDigest [32]byte, keyId [32]byte, outcomesDigest [32]byte) []byte {
	enc, err := gatewayContract.abi.Pack("attestationId", requestId, requestDigest, keyId, outcomesDigest)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackAttestationId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x97455348.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function attestationId(uint256 requestId, bytes32 requestDigest, bytes32 keyId, bytes32 outcomesDigest) view returns(bytes32)
func (gatewayContract *GatewayContract) TryPackAttestationId(requestId *big.Int, requestDigest [32]byte, keyId [32]byte, outcomesDigest [32]byte) ([]byte, error) {
	return gatewayContract.abi.Pack("attestationId", requestId, requestDigest, keyId, outcomesDigest)
}

// UnpackAttestationId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x97455348.
//
// Solidity: function attestationId(uint256 requestId, bytes32 requestDigest, bytes32 keyId, bytes32 outcomesDigest) view returns(bytes32)
func (gatewayContract *GatewayContract) UnpackAttestationId(data []byte) ([32]byte, error) {
	out, err := gatewayContract.abi.Unpack("attestationId", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackBumpFee is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc8b72b7b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function bumpFee(uint256 requestId) payable returns()
func (gatewayContract *GatewayContract) PackBumpFee(requestId *big.Int) []byte {
	enc, err := gatewayContract.abi.Pack("bumpFee", requestId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBumpFee is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc8b72b7b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function bumpFee(uint256 requestId) payable returns()
func (gatewayContract *GatewayContract) TryPackBumpFee(requestId *big.Int) ([]byte, error) {
	return gatewayContract.abi.Pack("bumpFee", requestId)
}

// PackCreditOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x75807250.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function creditOf(address account) view returns(uint256)
func (gatewayContract *GatewayContract) PackCreditOf(account common.Address) []byte {
	enc, err := gatewayContract.abi.Pack("creditOf", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCreditOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x75807250.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function creditOf(address account) view returns(uint256)
func (gatewayContract *GatewayContract) TryPackCreditOf(account common.Address) ([]byte, error) {
	return gatewayContract.abi.Pack("creditOf", account)
}

// UnpackCreditOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x75807250.
//
// Solidity: function creditOf(address account) view returns(uint256)
func (gatewayContract *GatewayContract) UnpackCreditOf(data []byte) (*big.Int, error) {
	out, err := gatewayContract.abi.Unpack("creditOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackEstimateFee is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xddf51330.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function estimateFee(bytes32[] handles, (uint8,uint32,uint64,address) options) view returns(uint256 price)
func (gatewayContract *GatewayContract) PackEstimateFee(handles [][32]byte, options Options) []byte {
	enc, err := gatewayContract.abi.Pack("estimateFee", handles, options)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackEstimateFee is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xddf51330.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function estimateFee(bytes32[] handles, (uint8,uint32,uint64,address) options) view returns(uint256 price)
func (gatewayContract *GatewayContract) TryPackEstimateFee(handles [][32]byte, options Options) ([]byte, error) {
	return gatewayContract.abi.Pack("estimateFee", handles, options)
}

// UnpackEstimateFee is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xddf51330.
//
// Solidity: function estimateFee(bytes32[] handles, (uint8,uint32,uint64,address) options) view returns(uint256 price)
func (gatewayContract *GatewayContract) UnpackEstimateFee(data []byte) (*big.Int, error) {
	out, err := gatewayContract.abi.Unpack("estimateFee", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackExpire is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd8c8777b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function expire(uint256 requestId, (address,bytes32,bytes4,(uint8,uint32,uint64,address)) request, bytes32[] handles) returns()
func (gatewayContract *GatewayContract) PackExpire(requestId *big.Int, request Request, handles [][32]byte) []byte {
	enc, err := gatewayContract.abi.Pack("expire", requestId, request, handles)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackExpire is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd8c8777b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function expire(uint256 requestId, (address,bytes32,bytes4,(uint8,uint32,uint64,address)) request, bytes32[] handles) returns()
func (gatewayContract *GatewayContract) TryPackExpire(requestId *big.Int, request Request, handles [][32]byte) ([]byte, error) {
	return gatewayContract.abi.Pack("expire", requestId, request, handles)
}

// PackFeesOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd71e4dcc.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function feesOf(bytes32 keyId) view returns(uint256)
func (gatewayContract *GatewayContract) PackFeesOf(keyId [32]byte) []byte {
	enc, err := gatewayContract.abi.Pack("feesOf", keyId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackFeesOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd71e4dcc.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function feesOf(bytes32 keyId) view returns(uint256)
func (gatewayContract *GatewayContract) TryPackFeesOf(keyId [32]byte) ([]byte, error) {
	return gatewayContract.abi.Pack("feesOf", keyId)
}

// UnpackFeesOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd71e4dcc.
//
// Solidity: function feesOf(bytes32 keyId) view returns(uint256)
func (gatewayContract *GatewayContract) UnpackFeesOf(data []byte) (*big.Int, error) {
	out, err := gatewayContract.abi.Unpack("feesOf", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackGrace is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1eefddb1.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function grace() view returns(uint64)
func (gatewayContract *GatewayContract) PackGrace() []byte {
	enc, err := gatewayContract.abi.Pack("grace")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGrace is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1eefddb1.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function grace() view returns(uint64)
func (gatewayContract *GatewayContract) TryPackGrace() ([]byte, error) {
	return gatewayContract.abi.Pack("grace")
}

// UnpackGrace is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x1eefddb1.
//
// Solidity: function grace() view returns(uint64)
func (gatewayContract *GatewayContract) UnpackGrace(data []byte) (uint64, error) {
	out, err := gatewayContract.abi.Unpack("grace", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackHandleOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0c1a880a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function handleOf(bytes32 inputId) view returns(bytes32)
func (gatewayContract *GatewayContract) PackHandleOf(inputId [32]byte) []byte {
	enc, err := gatewayContract.abi.Pack("handleOf", inputId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHandleOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0c1a880a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function handleOf(bytes32 inputId) view returns(bytes32)
func (gatewayContract *GatewayContract) TryPackHandleOf(inputId [32]byte) ([]byte, error) {
	return gatewayContract.abi.Pack("handleOf", inputId)
}

// UnpackHandleOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0c1a880a.
//
// Solidity: function handleOf(bytes32 inputId) view returns(bytes32)
func (gatewayContract *GatewayContract) UnpackHandleOf(data []byte) ([32]byte, error) {
	out, err := gatewayContract.abi.Unpack("handleOf", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackInfoOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xffbda1c3.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function infoOf(bytes32 handle) view returns(address, bytes32, uint64, uint256)
func (gatewayContract *GatewayContract) PackInfoOf(handle [32]byte) []byte {
	enc, err := gatewayContract.abi.Pack("infoOf", handle)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackInfoOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xffbda1c3.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function infoOf(bytes32 handle) view returns(address, bytes32, uint64, uint256)
func (gatewayContract *GatewayContract) TryPackInfoOf(handle [32]byte) ([]byte, error) {
	return gatewayContract.abi.Pack("infoOf", handle)
}

// InfoOfOutput serves as a container for the return parameters of contract
// method InfoOf.
type InfoOfOutput struct {
	Arg0 common.Address
	Arg1 [32]byte
	Arg2 uint64
	Arg3 *big.Int
}

// UnpackInfoOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xffbda1c3.
//
// Solidity: function infoOf(bytes32 handle) view returns(address, bytes32, uint64, uint256)
func (gatewayContract *GatewayContract) UnpackInfoOf(data []byte) (InfoOfOutput, error) {
	out, err := gatewayContract.abi.Unpack("infoOf", data)
	outstruct := new(InfoOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Arg0 = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.Arg1 = *abi.ConvertType(out[1], new([32]byte)).(*[32]byte)
	outstruct.Arg2 = *abi.ConvertType(out[2], new(uint64)).(*uint64)
	outstruct.Arg3 = abi.ConvertType(out[3], new(big.Int)).(*big.Int)
	return *outstruct, nil
}

// PackInputIdOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaa68d774.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function inputIdOf(address app, address owner, bytes32 salt) view returns(bytes32)
func (gatewayContract *GatewayContract) PackInputIdOf(app common.Address, owner common.Address, salt [32]byte) []byte {
	enc, err := gatewayContract.abi.Pack("inputIdOf", app, owner, salt)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackInputIdOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaa68d774.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function inputIdOf(address app, address owner, bytes32 salt) view returns(bytes32)
func (gatewayContract *GatewayContract) TryPackInputIdOf(app common.Address, owner common.Address, salt [32]byte) ([]byte, error) {
	return gatewayContract.abi.Pack("inputIdOf", app, owner, salt)
}

// UnpackInputIdOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xaa68d774.
//
// Solidity: function inputIdOf(address app, address owner, bytes32 salt) view returns(bytes32)
func (gatewayContract *GatewayContract) UnpackInputIdOf(data []byte) ([32]byte, error) {
	out, err := gatewayContract.abi.Unpack("inputIdOf", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackIsAllowed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x82027b6d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isAllowed(bytes32 handle, address account) view returns(bool)
func (gatewayContract *GatewayContract) PackIsAllowed(handle [32]byte, account common.Address) []byte {
	enc, err := gatewayContract.abi.Pack("isAllowed", handle, account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsAllowed is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x82027b6d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isAllowed(bytes32 handle, address account) view returns(bool)
func (gatewayContract *GatewayContract) TryPackIsAllowed(handle [32]byte, account common.Address) ([]byte, error) {
	return gatewayContract.abi.Pack("isAllowed", handle, account)
}

// UnpackIsAllowed is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x82027b6d.
//
// Solidity: function isAllowed(bytes32 handle, address account) view returns(bool)
func (gatewayContract *GatewayContract) UnpackIsAllowed(data []byte) (bool, error) {
	out, err := gatewayContract.abi.Unpack("isAllowed", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackIsAllowedForDecryption is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc0d02943.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function isAllowedForDecryption(bytes32 handle) view returns(bool)
func (gatewayContract *GatewayContract) PackIsAllowedForDecryption(handle [32]byte) []byte {
	enc, err := gatewayContract.abi.Pack("isAllowedForDecryption", handle)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIsAllowedForDecryption is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc0d02943.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function isAllowedForDecryption(bytes32 handle) view returns(bool)
func (gatewayContract *GatewayContract) TryPackIsAllowedForDecryption(handle [32]byte) ([]byte, error) {
	return gatewayContract.abi.Pack("isAllowedForDecryption", handle)
}

// UnpackIsAllowedForDecryption is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc0d02943.
//
// Solidity: function isAllowedForDecryption(bytes32 handle) view returns(bool)
func (gatewayContract *GatewayContract) UnpackIsAllowedForDecryption(data []byte) (bool, error) {
	out, err := gatewayContract.abi.Unpack("isAllowedForDecryption", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackRegister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6e62937f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function register(address owner, bytes32 salt, bytes32 keyId, bytes ciphertext) returns(bytes32 handle)
func (gatewayContract *GatewayContract) PackRegister(owner common.Address, salt [32]byte, keyId [32]byte, ciphertext []byte) []byte {
	enc, err := gatewayContract.abi.Pack("register", owner, salt, keyId, ciphertext)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRegister is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6e62937f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function register(address owner, bytes32 salt, bytes32 keyId, bytes ciphertext) returns(bytes32 handle)
func (gatewayContract *GatewayContract) TryPackRegister(owner common.Address, salt [32]byte, keyId [32]byte, ciphertext []byte) ([]byte, error) {
	return gatewayContract.abi.Pack("register", owner, salt, keyId, ciphertext)
}

// UnpackRegister is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6e62937f.
//
// Solidity: function register(address owner, bytes32 salt, bytes32 keyId, bytes ciphertext) returns(bytes32 handle)
func (gatewayContract *GatewayContract) UnpackRegister(data []byte) ([32]byte, error) {
	out, err := gatewayContract.abi.Unpack("register", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7b103999.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function registry() view returns(address)
func (gatewayContract *GatewayContract) PackRegistry() []byte {
	enc, err := gatewayContract.abi.Pack("registry")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRegistry is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7b103999.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function registry() view returns(address)
func (gatewayContract *GatewayContract) TryPackRegistry() ([]byte, error) {
	return gatewayContract.abi.Pack("registry")
}

// UnpackRegistry is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7b103999.
//
// Solidity: function registry() view returns(address)
func (gatewayContract *GatewayContract) UnpackRegistry(data []byte) (common.Address, error) {
	out, err := gatewayContract.abi.Unpack("registry", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackRequestCount is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5badbe4c.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function requestCount() view returns(uint256)
func (gatewayContract *GatewayContract) PackRequestCount() []byte {
	enc, err := gatewayContract.abi.Pack("requestCount")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRequestCount is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x5badbe4c.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function requestCount() view returns(uint256)
func (gatewayContract *GatewayContract) TryPackRequestCount() ([]byte, error) {
	return gatewayContract.abi.Pack("requestCount")
}

// UnpackRequestCount is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x5badbe4c.
//
// Solidity: function requestCount() view returns(uint256)
func (gatewayContract *GatewayContract) UnpackRequestCount(data []byte) (*big.Int, error) {
	out, err := gatewayContract.abi.Unpack("requestCount", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackRequestDecryption is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x41ba06cc.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function requestDecryption(bytes32[] handles, bytes4 selector, (uint8,uint32,uint64,address) options) payable returns(uint256 requestId)
func (gatewayContract *GatewayContract) PackRequestDecryption(handles [][32]byte, selector [4]byte, options Options) []byte {
	enc, err := gatewayContract.abi.Pack("requestDecryption", handles, selector, options)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRequestDecryption is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x41ba06cc.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function requestDecryption(bytes32[] handles, bytes4 selector, (uint8,uint32,uint64,address) options) payable returns(uint256 requestId)
func (gatewayContract *GatewayContract) TryPackRequestDecryption(handles [][32]byte, selector [4]byte, options Options) ([]byte, error) {
	return gatewayContract.abi.Pack("requestDecryption", handles, selector, options)
}

// UnpackRequestDecryption is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x41ba06cc.
//
// Solidity: function requestDecryption(bytes32[] handles, bytes4 selector, (uint8,uint32,uint64,address) options) payable returns(uint256 requestId)
func (gatewayContract *GatewayContract) UnpackRequestDecryption(data []byte) (*big.Int, error) {
	out, err := gatewayContract.abi.Unpack("requestDecryption", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackRetryCallback is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9ac2b519.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function retryCallback(uint256 requestId, (address,bytes32,bytes4,(uint8,uint32,uint64,address)) request, bytes32[] handles, uint8[] statuses, bytes[] plaintexts) returns()
func (gatewayContract *GatewayContract) PackRetryCallback(requestId *big.Int, request Request, handles [][32]byte, statuses []uint8, plaintexts [][]byte) []byte {
	enc, err := gatewayContract.abi.Pack("retryCallback", requestId, request, handles, statuses, plaintexts)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRetryCallback is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9ac2b519.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function retryCallback(uint256 requestId, (address,bytes32,bytes4,(uint8,uint32,uint64,address)) request, bytes32[] handles, uint8[] statuses, bytes[] plaintexts) returns()
func (gatewayContract *GatewayContract) TryPackRetryCallback(requestId *big.Int, request Request, handles [][32]byte, statuses []uint8, plaintexts [][]byte) ([]byte, error) {
	return gatewayContract.abi.Pack("retryCallback", requestId, request, handles, statuses, plaintexts)
}

// PackRevoke is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xefd8871a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function revoke(bytes32 handle, address account) returns()
func (gatewayContract *GatewayContract) PackRevoke(handle [32]byte, account common.Address) []byte {
	enc, err := gatewayContract.abi.Pack("revoke", handle, account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRevoke is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xefd8871a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function revoke(bytes32 handle, address account) returns()
func (gatewayContract *GatewayContract) TryPackRevoke(handle [32]byte, account common.Address) ([]byte, error) {
	return gatewayContract.abi.Pack("revoke", handle, account)
}

// PackRevokeForDecryption is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa4188cac.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function revokeForDecryption(bytes32 handle) returns()
func (gatewayContract *GatewayContract) PackRevokeForDecryption(handle [32]byte) []byte {
	enc, err := gatewayContract.abi.Pack("revokeForDecryption", handle)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRevokeForDecryption is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa4188cac.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function revokeForDecryption(bytes32 handle) returns()
func (gatewayContract *GatewayContract) TryPackRevokeForDecryption(handle [32]byte) ([]byte, error) {
	return gatewayContract.abi.Pack("revokeForDecryption", handle)
}

// PackSettle is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x799719fe.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function settle(uint256 requestId, (address,bytes32,bytes4,(uint8,uint32,uint64,address)) request, (bytes32,uint8,bytes32,bytes32,bytes,bytes,bytes32)[] outcomes, bytes attestation) returns()
func (gatewayContract *GatewayContract) PackSettle(requestId *big.Int, request Request, outcomes []Outcome, attestation []byte) []byte {
	enc, err := gatewayContract.abi.Pack("settle", requestId, request, outcomes, attestation)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSettle is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x799719fe.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function settle(uint256 requestId, (address,bytes32,bytes4,(uint8,uint32,uint64,address)) request, (bytes32,uint8,bytes32,bytes32,bytes,bytes,bytes32)[] outcomes, bytes attestation) returns()
func (gatewayContract *GatewayContract) TryPackSettle(requestId *big.Int, request Request, outcomes []Outcome, attestation []byte) ([]byte, error) {
	return gatewayContract.abi.Pack("settle", requestId, request, outcomes, attestation)
}

// PackSettleMany is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd969631e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function settleMany((uint256,(address,bytes32,bytes4,(uint8,uint32,uint64,address)),(bytes32,uint8,bytes32,bytes32,bytes,bytes,bytes32)[],bytes)[] settlements) returns()
func (gatewayContract *GatewayContract) PackSettleMany(settlements []Settlement) []byte {
	enc, err := gatewayContract.abi.Pack("settleMany", settlements)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSettleMany is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd969631e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function settleMany((uint256,(address,bytes32,bytes4,(uint8,uint32,uint64,address)),(bytes32,uint8,bytes32,bytes32,bytes,bytes,bytes32)[],bytes)[] settlements) returns()
func (gatewayContract *GatewayContract) TryPackSettleMany(settlements []Settlement) ([]byte, error) {
	return gatewayContract.abi.Pack("settleMany", settlements)
}

// PackStatusOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xad35efd4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function statusOf(uint256 requestId) view returns(uint8, uint8, uint8, uint64, uint256)
func (gatewayContract *GatewayContract) PackStatusOf(requestId *big.Int) []byte {
	enc, err := gatewayContract.abi.Pack("statusOf", requestId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStatusOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xad35efd4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function statusOf(uint256 requestId) view returns(uint8, uint8, uint8, uint64, uint256)
func (gatewayContract *GatewayContract) TryPackStatusOf(requestId *big.Int) ([]byte, error) {
	return gatewayContract.abi.Pack("statusOf", requestId)
}

// StatusOfOutput serves as a container for the return parameters of contract
// method StatusOf.
type StatusOfOutput struct {
	Arg0 uint8
	Arg1 uint8
	Arg2 uint8
	Arg3 uint64
	Arg4 *big.Int
}

// UnpackStatusOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xad35efd4.
//
// Solidity: function statusOf(uint256 requestId) view returns(uint8, uint8, uint8, uint64, uint256)
func (gatewayContract *GatewayContract) UnpackStatusOf(data []byte) (StatusOfOutput, error) {
	out, err := gatewayContract.abi.Unpack("statusOf", data)
	outstruct := new(StatusOfOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Arg0 = *abi.ConvertType(out[0], new(uint8)).(*uint8)
	outstruct.Arg1 = *abi.ConvertType(out[1], new(uint8)).(*uint8)
	outstruct.Arg2 = *abi.ConvertType(out[2], new(uint8)).(*uint8)
	outstruct.Arg3 = *abi.ConvertType(out[3], new(uint64)).(*uint64)
	outstruct.Arg4 = abi.ConvertType(out[4], new(big.Int)).(*big.Int)
	return *outstruct, nil
}

// PackVerifyOpening is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x087fa375.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verifyOpening(bytes32 keyId, (bytes32,uint8,bytes32,bytes32,bytes,bytes,bytes32) outcome) view returns(bool)
func (gatewayContract *GatewayContract) PackVerifyOpening(keyId [32]byte, outcome Outcome) []byte {
	enc, err := gatewayContract.abi.Pack("verifyOpening", keyId, outcome)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerifyOpening is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x087fa375.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verifyOpening(bytes32 keyId, (bytes32,uint8,bytes32,bytes32,bytes,bytes,bytes32) outcome) view returns(bool)
func (gatewayContract *GatewayContract) TryPackVerifyOpening(keyId [32]byte, outcome Outcome) ([]byte, error) {
	return gatewayContract.abi.Pack("verifyOpening", keyId, outcome)
}

// UnpackVerifyOpening is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x087fa375.
//
// Solidity: function verifyOpening(bytes32 keyId, (bytes32,uint8,bytes32,bytes32,bytes,bytes,bytes32) outcome) view returns(bool)
func (gatewayContract *GatewayContract) UnpackVerifyOpening(data []byte) (bool, error) {
	out, err := gatewayContract.abi.Unpack("verifyOpening", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3ccfd60b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function withdraw() returns()
func (gatewayContract *GatewayContract) PackWithdraw() []byte {
	enc, err := gatewayContract.abi.Pack("withdraw")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3ccfd60b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function withdraw() returns()
func (gatewayContract *GatewayContract) TryPackWithdraw() ([]byte, error) {
	return gatewayContract.abi.Pack("withdraw")
}

// PackWithdrawFees is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xebb71194.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function withdrawFees(bytes32 keyId) returns()
func (gatewayContract *GatewayContract) PackWithdrawFees(keyId [32]byte) []byte {
	enc, err := gatewayContract.abi.Pack("withdrawFees", keyId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWithdrawFees is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xebb71194.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function withdrawFees(bytes32 keyId) returns()
func (gatewayContract *GatewayContract) TryPackWithdrawFees(keyId [32]byte) ([]byte, error) {
	return gatewayContract.abi.Pack("withdrawFees", keyId)
}

// GatewayContractAllowed represents a Allowed event raised by the GatewayContract contract.
type GatewayContractAllowed struct {
	Handle  [32]byte
	Caller  common.Address
	Account common.Address
	Raw     *types.Log // Blockchain specific contextual infos
}

const GatewayContractAllowedEventName = "Allowed"

// ContractEventName returns the user-defined event name.
func (GatewayContractAllowed) ContractEventName() string {
	return GatewayContractAllowedEventName
}

// UnpackAllowedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Allowed(bytes32 indexed handle, address indexed caller, address indexed account)
func (gatewayContract *GatewayContract) UnpackAllowedEvent(log *types.Log) (*GatewayContractAllowed, error) {
	event := "Allowed"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractAllowed)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractAllowedForDecryption represents a AllowedForDecryption event raised by the GatewayContract contract.
type GatewayContractAllowedForDecryption struct {
	Handle [32]byte
	Caller common.Address
	Raw    *types.Log // Blockchain specific contextual infos
}

const GatewayContractAllowedForDecryptionEventName = "AllowedForDecryption"

// ContractEventName returns the user-defined event name.
func (GatewayContractAllowedForDecryption) ContractEventName() string {
	return GatewayContractAllowedForDecryptionEventName
}

// UnpackAllowedForDecryptionEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event AllowedForDecryption(bytes32 indexed handle, address indexed caller)
func (gatewayContract *GatewayContract) UnpackAllowedForDecryptionEvent(log *types.Log) (*GatewayContractAllowedForDecryption, error) {
	event := "AllowedForDecryption"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractAllowedForDecryption)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractCallbackRetried represents a CallbackRetried event raised by the GatewayContract contract.
type GatewayContractCallbackRetried struct {
	RequestId *big.Int
	Raw       *types.Log // Blockchain specific contextual infos
}

const GatewayContractCallbackRetriedEventName = "CallbackRetried"

// ContractEventName returns the user-defined event name.
func (GatewayContractCallbackRetried) ContractEventName() string {
	return GatewayContractCallbackRetriedEventName
}

// UnpackCallbackRetriedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event CallbackRetried(uint256 indexed requestId)
func (gatewayContract *GatewayContract) UnpackCallbackRetriedEvent(log *types.Log) (*GatewayContractCallbackRetried, error) {
	event := "CallbackRetried"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractCallbackRetried)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractCiphertextRegistered represents a CiphertextRegistered event raised by the GatewayContract contract.
type GatewayContractCiphertextRegistered struct {
	Handle     [32]byte
	App        common.Address
	Owner      common.Address
	InputId    [32]byte
	Salt       [32]byte
	KeyId      [32]byte
	Ciphertext []byte
	Raw        *types.Log // Blockchain specific contextual infos
}

const GatewayContractCiphertextRegisteredEventName = "CiphertextRegistered"

// ContractEventName returns the user-defined event name.
func (GatewayContractCiphertextRegistered) ContractEventName() string {
	return GatewayContractCiphertextRegisteredEventName
}

// UnpackCiphertextRegisteredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event CiphertextRegistered(bytes32 indexed handle, address indexed app, address indexed owner, bytes32 inputId, bytes32 salt, bytes32 keyId, bytes ciphertext)
func (gatewayContract *GatewayContract) UnpackCiphertextRegisteredEvent(log *types.Log) (*GatewayContractCiphertextRegistered, error) {
	event := "CiphertextRegistered"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractCiphertextRegistered)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractDecryptionExpired represents a DecryptionExpired event raised by the GatewayContract contract.
type GatewayContractDecryptionExpired struct {
	RequestId     *big.Int
	RequestDigest [32]byte
	Raw           *types.Log // Blockchain specific contextual infos
}

const GatewayContractDecryptionExpiredEventName = "DecryptionExpired"

// ContractEventName returns the user-defined event name.
func (GatewayContractDecryptionExpired) ContractEventName() string {
	return GatewayContractDecryptionExpiredEventName
}

// UnpackDecryptionExpiredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event DecryptionExpired(uint256 indexed requestId, bytes32 requestDigest)
func (gatewayContract *GatewayContract) UnpackDecryptionExpiredEvent(log *types.Log) (*GatewayContractDecryptionExpired, error) {
	event := "DecryptionExpired"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractDecryptionExpired)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractDecryptionFulfilled represents a DecryptionFulfilled event raised by the GatewayContract contract.
type GatewayContractDecryptionFulfilled struct {
	RequestId         *big.Int
	RequestDigest     [32]byte
	OutcomesDigest    [32]byte
	CallbackSucceeded bool
	Raw               *types.Log // Blockchain specific contextual infos
}

const GatewayContractDecryptionFulfilledEventName = "DecryptionFulfilled"

// ContractEventName returns the user-defined event name.
func (GatewayContractDecryptionFulfilled) ContractEventName() string {
	return GatewayContractDecryptionFulfilledEventName
}

// UnpackDecryptionFulfilledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event DecryptionFulfilled(uint256 indexed requestId, bytes32 requestDigest, bytes32 outcomesDigest, bool callbackSucceeded)
func (gatewayContract *GatewayContract) UnpackDecryptionFulfilledEvent(log *types.Log) (*GatewayContractDecryptionFulfilled, error) {
	event := "DecryptionFulfilled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractDecryptionFulfilled)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractDecryptionRejected represents a DecryptionRejected event raised by the GatewayContract contract.
type GatewayContractDecryptionRejected struct {
	RequestId         *big.Int
	RequestDigest     [32]byte
	OutcomesDigest    [32]byte
	Reason            uint8
	CallbackSucceeded bool
	Raw               *types.Log // Blockchain specific contextual infos
}

const GatewayContractDecryptionRejectedEventName = "DecryptionRejected"

// ContractEventName returns the user-defined event name.
func (GatewayContractDecryptionRejected) ContractEventName() string {
	return GatewayContractDecryptionRejectedEventName
}

// UnpackDecryptionRejectedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event DecryptionRejected(uint256 indexed requestId, bytes32 requestDigest, bytes32 outcomesDigest, uint8 reason, bool callbackSucceeded)
func (gatewayContract *GatewayContract) UnpackDecryptionRejectedEvent(log *types.Log) (*GatewayContractDecryptionRejected, error) {
	event := "DecryptionRejected"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractDecryptionRejected)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractDecryptionRequested represents a DecryptionRequested event raised by the GatewayContract contract.
type GatewayContractDecryptionRequested struct {
	RequestId     *big.Int
	App           common.Address
	KeyId         [32]byte
	RequestDigest [32]byte
	Handles       [][32]byte
	RegisteredAt  []uint64
	Selector      [4]byte
	Options       Options
	Fee           *big.Int
	Raw           *types.Log // Blockchain specific contextual infos
}

const GatewayContractDecryptionRequestedEventName = "DecryptionRequested"

// ContractEventName returns the user-defined event name.
func (GatewayContractDecryptionRequested) ContractEventName() string {
	return GatewayContractDecryptionRequestedEventName
}

// UnpackDecryptionRequestedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event DecryptionRequested(uint256 indexed requestId, address indexed app, bytes32 indexed keyId, bytes32 requestDigest, bytes32[] handles, uint64[] registeredAt, bytes4 selector, (uint8,uint32,uint64,address) options, uint256 fee)
func (gatewayContract *GatewayContract) UnpackDecryptionRequestedEvent(log *types.Log) (*GatewayContractDecryptionRequested, error) {
	event := "DecryptionRequested"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractDecryptionRequested)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractFeeBumped represents a FeeBumped event raised by the GatewayContract contract.
type GatewayContractFeeBumped struct {
	RequestId *big.Int
	Fee       *big.Int
	Raw       *types.Log // Blockchain specific contextual infos
}

const GatewayContractFeeBumpedEventName = "FeeBumped"

// ContractEventName returns the user-defined event name.
func (GatewayContractFeeBumped) ContractEventName() string {
	return GatewayContractFeeBumpedEventName
}

// UnpackFeeBumpedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event FeeBumped(uint256 indexed requestId, uint256 fee)
func (gatewayContract *GatewayContract) UnpackFeeBumpedEvent(log *types.Log) (*GatewayContractFeeBumped, error) {
	event := "FeeBumped"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractFeeBumped)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractFeesWithdrawn represents a FeesWithdrawn event raised by the GatewayContract contract.
type GatewayContractFeesWithdrawn struct {
	KeyId    [32]byte
	Treasury common.Address
	Amount   *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const GatewayContractFeesWithdrawnEventName = "FeesWithdrawn"

// ContractEventName returns the user-defined event name.
func (GatewayContractFeesWithdrawn) ContractEventName() string {
	return GatewayContractFeesWithdrawnEventName
}

// UnpackFeesWithdrawnEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event FeesWithdrawn(bytes32 indexed keyId, address indexed treasury, uint256 amount)
func (gatewayContract *GatewayContract) UnpackFeesWithdrawnEvent(log *types.Log) (*GatewayContractFeesWithdrawn, error) {
	event := "FeesWithdrawn"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractFeesWithdrawn)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractRevoked represents a Revoked event raised by the GatewayContract contract.
type GatewayContractRevoked struct {
	Handle  [32]byte
	Caller  common.Address
	Account common.Address
	Raw     *types.Log // Blockchain specific contextual infos
}

const GatewayContractRevokedEventName = "Revoked"

// ContractEventName returns the user-defined event name.
func (GatewayContractRevoked) ContractEventName() string {
	return GatewayContractRevokedEventName
}

// UnpackRevokedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Revoked(bytes32 indexed handle, address indexed caller, address indexed account)
func (gatewayContract *GatewayContract) UnpackRevokedEvent(log *types.Log) (*GatewayContractRevoked, error) {
	event := "Revoked"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractRevoked)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractRevokedForDecryption represents a RevokedForDecryption event raised by the GatewayContract contract.
type GatewayContractRevokedForDecryption struct {
	Handle [32]byte
	Caller common.Address
	Raw    *types.Log // Blockchain specific contextual infos
}

const GatewayContractRevokedForDecryptionEventName = "RevokedForDecryption"

// ContractEventName returns the user-defined event name.
func (GatewayContractRevokedForDecryption) ContractEventName() string {
	return GatewayContractRevokedForDecryptionEventName
}

// UnpackRevokedForDecryptionEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event RevokedForDecryption(bytes32 indexed handle, address indexed caller)
func (gatewayContract *GatewayContract) UnpackRevokedForDecryptionEvent(log *types.Log) (*GatewayContractRevokedForDecryption, error) {
	event := "RevokedForDecryption"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractRevokedForDecryption)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractSettlementSkipped represents a SettlementSkipped event raised by the GatewayContract contract.
type GatewayContractSettlementSkipped struct {
	RequestId *big.Int
	State     uint8
	Raw       *types.Log // Blockchain specific contextual infos
}

const GatewayContractSettlementSkippedEventName = "SettlementSkipped"

// ContractEventName returns the user-defined event name.
func (GatewayContractSettlementSkipped) ContractEventName() string {
	return GatewayContractSettlementSkippedEventName
}

// UnpackSettlementSkippedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event SettlementSkipped(uint256 indexed requestId, uint8 state)
func (gatewayContract *GatewayContract) UnpackSettlementSkippedEvent(log *types.Log) (*GatewayContractSettlementSkipped, error) {
	event := "SettlementSkipped"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractSettlementSkipped)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// GatewayContractWithdrawn represents a Withdrawn event raised by the GatewayContract contract.
type GatewayContractWithdrawn struct {
	Account common.Address
	Amount  *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const GatewayContractWithdrawnEventName = "Withdrawn"

// ContractEventName returns the user-defined event name.
func (GatewayContractWithdrawn) ContractEventName() string {
	return GatewayContractWithdrawnEventName
}

// UnpackWithdrawnEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event Withdrawn(address indexed account, uint256 amount)
func (gatewayContract *GatewayContract) UnpackWithdrawnEvent(log *types.Log) (*GatewayContractWithdrawn, error) {
	event := "Withdrawn"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != gatewayContract.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(GatewayContractWithdrawn)
	if len(log.Data) > 0 {
		if err := gatewayContract.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range gatewayContract.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (gatewayContract *GatewayContract) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayAclDenied"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayAclDeniedError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayAlreadyRegistered"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayAlreadyRegisteredError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayAttestationInvalid"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayAttestationInvalidError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayCallbackFailed"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayCallbackFailedError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayCallbackGasInvalid"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayCallbackGasInvalidError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayCallbackGasMissing"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayCallbackGasMissingError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayChainUnfit"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayChainUnfitError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayDeadlineInvalid"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayDeadlineInvalidError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayHandleCount"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayHandleCountError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayMalformedCiphertext"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayMalformedCiphertextError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayMixedKeys"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayMixedKeysError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayNotAllowed"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayNotAllowedError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayNotPending"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayNotPendingError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayNotRegistrant"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayNotRegistrantError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayNothingToRetry"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayNothingToRetryError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayNothingToWithdraw"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayNothingToWithdrawError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayOpeningInvalid"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayOpeningInvalidError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayOutcomeInvalid"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayOutcomeInvalidError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayPrecompileFailed"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayPrecompileFailedError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayProofMissing"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayProofMissingError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayRefundAddressMissing"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayRefundAddressMissingError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayRegistryMismatch"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayRegistryMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayRequestMismatch"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayRequestMismatchError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayTooEarly"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayTooEarlyError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayTooLarge"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayTooLargeError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayTooLate"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayTooLateError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayTransferFailed"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayTransferFailedError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayUnderpriced"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayUnderpricedError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["GatewayUnknownHandle"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackGatewayUnknownHandleError(raw[4:])
	}
	if bytes.Equal(raw[:4], gatewayContract.abi.Errors["ReentrancyGuardReentrantCall"].ID.Bytes()[:4]) {
		return gatewayContract.UnpackReentrancyGuardReentrantCallError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// GatewayContractGatewayAclDenied represents a GatewayAclDenied error raised by the GatewayContract contract.
type GatewayContractGatewayAclDenied struct {
	Handle  [32]byte
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayAclDenied(bytes32 handle, address account)
func GatewayContractGatewayAclDeniedErrorID() common.Hash {
	return common.HexToHash("0xa702a5c7f123e5a7165f829c9907887a3e3d0d6372cc6fff2b3421f9d81a1a5f")
}

// UnpackGatewayAclDeniedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayAclDenied(bytes32 handle, address account)
func (gatewayContract *GatewayContract) UnpackGatewayAclDeniedError(raw []byte) (*GatewayContractGatewayAclDenied, error) {
	out := new(GatewayContractGatewayAclDenied)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayAclDenied", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayAlreadyRegistered represents a GatewayAlreadyRegistered error raised by the GatewayContract contract.
type GatewayContractGatewayAlreadyRegistered struct {
	InputId [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayAlreadyRegistered(bytes32 inputId)
func GatewayContractGatewayAlreadyRegisteredErrorID() common.Hash {
	return common.HexToHash("0x602103f4339dcd9c3889dba4fb2917f8e486c604264350c57b695f94ffe5f448")
}

// UnpackGatewayAlreadyRegisteredError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayAlreadyRegistered(bytes32 inputId)
func (gatewayContract *GatewayContract) UnpackGatewayAlreadyRegisteredError(raw []byte) (*GatewayContractGatewayAlreadyRegistered, error) {
	out := new(GatewayContractGatewayAlreadyRegistered)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayAlreadyRegistered", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayAttestationInvalid represents a GatewayAttestationInvalid error raised by the GatewayContract contract.
type GatewayContractGatewayAttestationInvalid struct {
	RequestId *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayAttestationInvalid(uint256 requestId)
func GatewayContractGatewayAttestationInvalidErrorID() common.Hash {
	return common.HexToHash("0x6f83fd8dc7919e4a52184bc327ae6b791c429390a4334346dcdc3accf510904b")
}

// UnpackGatewayAttestationInvalidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayAttestationInvalid(uint256 requestId)
func (gatewayContract *GatewayContract) UnpackGatewayAttestationInvalidError(raw []byte) (*GatewayContractGatewayAttestationInvalid, error) {
	out := new(GatewayContractGatewayAttestationInvalid)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayAttestationInvalid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayCallbackFailed represents a GatewayCallbackFailed error raised by the GatewayContract contract.
type GatewayContractGatewayCallbackFailed struct {
	RequestId *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayCallbackFailed(uint256 requestId)
func GatewayContractGatewayCallbackFailedErrorID() common.Hash {
	return common.HexToHash("0xc9c292361fee046d13024c89b2e91c9ed308633777bfc4dfcd5cc70ed92b8ff5")
}

// UnpackGatewayCallbackFailedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayCallbackFailed(uint256 requestId)
func (gatewayContract *GatewayContract) UnpackGatewayCallbackFailedError(raw []byte) (*GatewayContractGatewayCallbackFailed, error) {
	out := new(GatewayContractGatewayCallbackFailed)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayCallbackFailed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayCallbackGasInvalid represents a GatewayCallbackGasInvalid error raised by the GatewayContract contract.
type GatewayContractGatewayCallbackGasInvalid struct {
	Limit *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayCallbackGasInvalid(uint256 limit)
func GatewayContractGatewayCallbackGasInvalidErrorID() common.Hash {
	return common.HexToHash("0x484a411583648bd0aa4e49ac3dbaf5eca31e7d5034375fcef507175b730a9727")
}

// UnpackGatewayCallbackGasInvalidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayCallbackGasInvalid(uint256 limit)
func (gatewayContract *GatewayContract) UnpackGatewayCallbackGasInvalidError(raw []byte) (*GatewayContractGatewayCallbackGasInvalid, error) {
	out := new(GatewayContractGatewayCallbackGasInvalid)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayCallbackGasInvalid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayCallbackGasMissing represents a GatewayCallbackGasMissing error raised by the GatewayContract contract.
type GatewayContractGatewayCallbackGasMissing struct {
	Available *big.Int
	Needed    *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayCallbackGasMissing(uint256 available, uint256 needed)
func GatewayContractGatewayCallbackGasMissingErrorID() common.Hash {
	return common.HexToHash("0xe8beecb05ff86cf610455351735f6b7b54b47754a7ef4483da5cda12159858a5")
}

// UnpackGatewayCallbackGasMissingError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayCallbackGasMissing(uint256 available, uint256 needed)
func (gatewayContract *GatewayContract) UnpackGatewayCallbackGasMissingError(raw []byte) (*GatewayContractGatewayCallbackGasMissing, error) {
	out := new(GatewayContractGatewayCallbackGasMissing)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayCallbackGasMissing", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayChainUnfit represents a GatewayChainUnfit error raised by the GatewayContract contract.
type GatewayContractGatewayChainUnfit struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayChainUnfit()
func GatewayContractGatewayChainUnfitErrorID() common.Hash {
	return common.HexToHash("0x02bf5c556a3b5e17b62089c21727c3848bea6fb691508202c8b27af9ccf573df")
}

// UnpackGatewayChainUnfitError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayChainUnfit()
func (gatewayContract *GatewayContract) UnpackGatewayChainUnfitError(raw []byte) (*GatewayContractGatewayChainUnfit, error) {
	out := new(GatewayContractGatewayChainUnfit)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayChainUnfit", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayDeadlineInvalid represents a GatewayDeadlineInvalid error raised by the GatewayContract contract.
type GatewayContractGatewayDeadlineInvalid struct {
	Deadline *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayDeadlineInvalid(uint256 deadline)
func GatewayContractGatewayDeadlineInvalidErrorID() common.Hash {
	return common.HexToHash("0x1347c9adeef95bea7a533659ae885fdfda04708d15b774af774eba654024e3d6")
}

// UnpackGatewayDeadlineInvalidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayDeadlineInvalid(uint256 deadline)
func (gatewayContract *GatewayContract) UnpackGatewayDeadlineInvalidError(raw []byte) (*GatewayContractGatewayDeadlineInvalid, error) {
	out := new(GatewayContractGatewayDeadlineInvalid)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayDeadlineInvalid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayHandleCount represents a GatewayHandleCount error raised by the GatewayContract contract.
type GatewayContractGatewayHandleCount struct {
	Count *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayHandleCount(uint256 count)
func GatewayContractGatewayHandleCountErrorID() common.Hash {
	return common.HexToHash("0x912ae211f5b77ee0ea58a89e9e8465b8ebe3087b0a0a2b95c8e0eeefd3c67391")
}

// UnpackGatewayHandleCountError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayHandleCount(uint256 count)
func (gatewayContract *GatewayContract) UnpackGatewayHandleCountError(raw []byte) (*GatewayContractGatewayHandleCount, error) {
	out := new(GatewayContractGatewayHandleCount)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayHandleCount", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayMalformedCiphertext represents a GatewayMalformedCiphertext error raised by the GatewayContract contract.
type GatewayContractGatewayMalformedCiphertext struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayMalformedCiphertext()
func GatewayContractGatewayMalformedCiphertextErrorID() common.Hash {
	return common.HexToHash("0x37dc24d88ca870ffa9df8f4c87282752032a9183e3aa328dd785ef03a28defe2")
}

// UnpackGatewayMalformedCiphertextError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayMalformedCiphertext()
func (gatewayContract *GatewayContract) UnpackGatewayMalformedCiphertextError(raw []byte) (*GatewayContractGatewayMalformedCiphertext, error) {
	out := new(GatewayContractGatewayMalformedCiphertext)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayMalformedCiphertext", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayMixedKeys represents a GatewayMixedKeys error raised by the GatewayContract contract.
type GatewayContractGatewayMixedKeys struct {
	Handle [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayMixedKeys(bytes32 handle)
func GatewayContractGatewayMixedKeysErrorID() common.Hash {
	return common.HexToHash("0x7d92621bde260c98adca54a29f84961d36d13dfffd3e117e485da331ee7eb417")
}

// UnpackGatewayMixedKeysError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayMixedKeys(bytes32 handle)
func (gatewayContract *GatewayContract) UnpackGatewayMixedKeysError(raw []byte) (*GatewayContractGatewayMixedKeys, error) {
	out := new(GatewayContractGatewayMixedKeys)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayMixedKeys", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayNotAllowed represents a GatewayNotAllowed error raised by the GatewayContract contract.
type GatewayContractGatewayNotAllowed struct {
	Handle [32]byte
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayNotAllowed(bytes32 handle, address caller)
func GatewayContractGatewayNotAllowedErrorID() common.Hash {
	return common.HexToHash("0x84c3f99182af457fbd1ef9289dd49aedbfce839f93d1626c9f03a38d96be1c30")
}

// UnpackGatewayNotAllowedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayNotAllowed(bytes32 handle, address caller)
func (gatewayContract *GatewayContract) UnpackGatewayNotAllowedError(raw []byte) (*GatewayContractGatewayNotAllowed, error) {
	out := new(GatewayContractGatewayNotAllowed)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayNotAllowed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayNotPending represents a GatewayNotPending error raised by the GatewayContract contract.
type GatewayContractGatewayNotPending struct {
	RequestId *big.Int
	State     uint8
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayNotPending(uint256 requestId, uint8 state)
func GatewayContractGatewayNotPendingErrorID() common.Hash {
	return common.HexToHash("0x660945d56f318d35f04d405c710ac09a1a2215d218dfa12551426bbdd7b13d44")
}

// UnpackGatewayNotPendingError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayNotPending(uint256 requestId, uint8 state)
func (gatewayContract *GatewayContract) UnpackGatewayNotPendingError(raw []byte) (*GatewayContractGatewayNotPending, error) {
	out := new(GatewayContractGatewayNotPending)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayNotPending", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayNotRegistrant represents a GatewayNotRegistrant error raised by the GatewayContract contract.
type GatewayContractGatewayNotRegistrant struct {
	Handle [32]byte
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayNotRegistrant(bytes32 handle, address caller)
func GatewayContractGatewayNotRegistrantErrorID() common.Hash {
	return common.HexToHash("0x3651a29ccb64131ad5e19b7e60e56631ee02c2fb7a529b975bddabb04d4c3cdc")
}

// UnpackGatewayNotRegistrantError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayNotRegistrant(bytes32 handle, address caller)
func (gatewayContract *GatewayContract) UnpackGatewayNotRegistrantError(raw []byte) (*GatewayContractGatewayNotRegistrant, error) {
	out := new(GatewayContractGatewayNotRegistrant)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayNotRegistrant", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayNothingToRetry represents a GatewayNothingToRetry error raised by the GatewayContract contract.
type GatewayContractGatewayNothingToRetry struct {
	RequestId *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayNothingToRetry(uint256 requestId)
func GatewayContractGatewayNothingToRetryErrorID() common.Hash {
	return common.HexToHash("0xaa167876249d083a306120c3ef450427bd70545c25908700142136451e100723")
}

// UnpackGatewayNothingToRetryError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayNothingToRetry(uint256 requestId)
func (gatewayContract *GatewayContract) UnpackGatewayNothingToRetryError(raw []byte) (*GatewayContractGatewayNothingToRetry, error) {
	out := new(GatewayContractGatewayNothingToRetry)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayNothingToRetry", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayNothingToWithdraw represents a GatewayNothingToWithdraw error raised by the GatewayContract contract.
type GatewayContractGatewayNothingToWithdraw struct {
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayNothingToWithdraw(address account)
func GatewayContractGatewayNothingToWithdrawErrorID() common.Hash {
	return common.HexToHash("0x769fc1e79828c6a3b49b2d611be1a9797139aa68f1c6793d2913817c001277a6")
}

// UnpackGatewayNothingToWithdrawError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayNothingToWithdraw(address account)
func (gatewayContract *GatewayContract) UnpackGatewayNothingToWithdrawError(raw []byte) (*GatewayContractGatewayNothingToWithdraw, error) {
	out := new(GatewayContractGatewayNothingToWithdraw)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayNothingToWithdraw", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayOpeningInvalid represents a GatewayOpeningInvalid error raised by the GatewayContract contract.
type GatewayContractGatewayOpeningInvalid struct {
	Handle [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayOpeningInvalid(bytes32 handle)
func GatewayContractGatewayOpeningInvalidErrorID() common.Hash {
	return common.HexToHash("0x72ad2969bcfe07afbf8329f0a01ca0347714a972aed7031d3b540f6cec2dcb77")
}

// UnpackGatewayOpeningInvalidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayOpeningInvalid(bytes32 handle)
func (gatewayContract *GatewayContract) UnpackGatewayOpeningInvalidError(raw []byte) (*GatewayContractGatewayOpeningInvalid, error) {
	out := new(GatewayContractGatewayOpeningInvalid)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayOpeningInvalid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayOutcomeInvalid represents a GatewayOutcomeInvalid error raised by the GatewayContract contract.
type GatewayContractGatewayOutcomeInvalid struct {
	Handle [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayOutcomeInvalid(bytes32 handle)
func GatewayContractGatewayOutcomeInvalidErrorID() common.Hash {
	return common.HexToHash("0x694c6c502660e8105fbd2e07f501796fba755f6e549837c529a76c97caf5be56")
}

// UnpackGatewayOutcomeInvalidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayOutcomeInvalid(bytes32 handle)
func (gatewayContract *GatewayContract) UnpackGatewayOutcomeInvalidError(raw []byte) (*GatewayContractGatewayOutcomeInvalid, error) {
	out := new(GatewayContractGatewayOutcomeInvalid)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayOutcomeInvalid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayPrecompileFailed represents a GatewayPrecompileFailed error raised by the GatewayContract contract.
type GatewayContractGatewayPrecompileFailed struct {
	Precompile common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayPrecompileFailed(address precompile)
func GatewayContractGatewayPrecompileFailedErrorID() common.Hash {
	return common.HexToHash("0xe69f8cb4fd90c6142f040a00d13f7c75ebc9777b29993653db9f0e3110f38be1")
}

// UnpackGatewayPrecompileFailedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayPrecompileFailed(address precompile)
func (gatewayContract *GatewayContract) UnpackGatewayPrecompileFailedError(raw []byte) (*GatewayContractGatewayPrecompileFailed, error) {
	out := new(GatewayContractGatewayPrecompileFailed)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayPrecompileFailed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayProofMissing represents a GatewayProofMissing error raised by the GatewayContract contract.
type GatewayContractGatewayProofMissing struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayProofMissing()
func GatewayContractGatewayProofMissingErrorID() common.Hash {
	return common.HexToHash("0xa6ce2da0dffeea30a2fc35d0f2a59ae1bd79f574f8ecd220f6438811678c1cb1")
}

// UnpackGatewayProofMissingError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayProofMissing()
func (gatewayContract *GatewayContract) UnpackGatewayProofMissingError(raw []byte) (*GatewayContractGatewayProofMissing, error) {
	out := new(GatewayContractGatewayProofMissing)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayProofMissing", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayRefundAddressMissing represents a GatewayRefundAddressMissing error raised by the GatewayContract contract.
type GatewayContractGatewayRefundAddressMissing struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayRefundAddressMissing()
func GatewayContractGatewayRefundAddressMissingErrorID() common.Hash {
	return common.HexToHash("0x1573aa6c479157dcc65aff02251dc6d8f17a76499c4597ad395122d633ec7fd5")
}

// UnpackGatewayRefundAddressMissingError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayRefundAddressMissing()
func (gatewayContract *GatewayContract) UnpackGatewayRefundAddressMissingError(raw []byte) (*GatewayContractGatewayRefundAddressMissing, error) {
	out := new(GatewayContractGatewayRefundAddressMissing)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayRefundAddressMissing", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayRegistryMismatch represents a GatewayRegistryMismatch error raised by the GatewayContract contract.
type GatewayContractGatewayRegistryMismatch struct {
	Registry common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayRegistryMismatch(address registry)
func GatewayContractGatewayRegistryMismatchErrorID() common.Hash {
	return common.HexToHash("0x9e85454060e3059fc45872ac0e7aaa6c85ee6789c044bf9e7baf7f2183996bf6")
}

// UnpackGatewayRegistryMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayRegistryMismatch(address registry)
func (gatewayContract *GatewayContract) UnpackGatewayRegistryMismatchError(raw []byte) (*GatewayContractGatewayRegistryMismatch, error) {
	out := new(GatewayContractGatewayRegistryMismatch)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayRegistryMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayRequestMismatch represents a GatewayRequestMismatch error raised by the GatewayContract contract.
type GatewayContractGatewayRequestMismatch struct {
	RequestId *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayRequestMismatch(uint256 requestId)
func GatewayContractGatewayRequestMismatchErrorID() common.Hash {
	return common.HexToHash("0x5b8d1cdbf56347ac9fbe0c1519f9f3b1d8005e46513629192a7ba761dac658a3")
}

// UnpackGatewayRequestMismatchError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayRequestMismatch(uint256 requestId)
func (gatewayContract *GatewayContract) UnpackGatewayRequestMismatchError(raw []byte) (*GatewayContractGatewayRequestMismatch, error) {
	out := new(GatewayContractGatewayRequestMismatch)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayRequestMismatch", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayTooEarly represents a GatewayTooEarly error raised by the GatewayContract contract.
type GatewayContractGatewayTooEarly struct {
	RequestId *big.Int
	NotBefore *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayTooEarly(uint256 requestId, uint256 notBefore)
func GatewayContractGatewayTooEarlyErrorID() common.Hash {
	return common.HexToHash("0x70556112cf8bb33eeb0885b682a24399aac66a128b23917c57ad06401a6ce2ab")
}

// UnpackGatewayTooEarlyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayTooEarly(uint256 requestId, uint256 notBefore)
func (gatewayContract *GatewayContract) UnpackGatewayTooEarlyError(raw []byte) (*GatewayContractGatewayTooEarly, error) {
	out := new(GatewayContractGatewayTooEarly)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayTooEarly", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayTooLarge represents a GatewayTooLarge error raised by the GatewayContract contract.
type GatewayContractGatewayTooLarge struct {
	PlaintextBytes *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayTooLarge(uint256 plaintextBytes)
func GatewayContractGatewayTooLargeErrorID() common.Hash {
	return common.HexToHash("0xadfe3941274f9f7808ecfdbf5a79efc18af0f8dd0528a7cf1d462e59cb147438")
}

// UnpackGatewayTooLargeError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayTooLarge(uint256 plaintextBytes)
func (gatewayContract *GatewayContract) UnpackGatewayTooLargeError(raw []byte) (*GatewayContractGatewayTooLarge, error) {
	out := new(GatewayContractGatewayTooLarge)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayTooLarge", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayTooLate represents a GatewayTooLate error raised by the GatewayContract contract.
type GatewayContractGatewayTooLate struct {
	RequestId *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayTooLate(uint256 requestId)
func GatewayContractGatewayTooLateErrorID() common.Hash {
	return common.HexToHash("0x95f6ac35ee5ca30d14a6868c17c4666dcc175130599e37250bf1b80b1dcc510d")
}

// UnpackGatewayTooLateError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayTooLate(uint256 requestId)
func (gatewayContract *GatewayContract) UnpackGatewayTooLateError(raw []byte) (*GatewayContractGatewayTooLate, error) {
	out := new(GatewayContractGatewayTooLate)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayTooLate", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayTransferFailed represents a GatewayTransferFailed error raised by the GatewayContract contract.
type GatewayContractGatewayTransferFailed struct {
	Account common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayTransferFailed(address account)
func GatewayContractGatewayTransferFailedErrorID() common.Hash {
	return common.HexToHash("0x53085c6db6e73a20df9f1d261c1bdd5409ffec0be538a217b512b21cd29d2ad1")
}

// UnpackGatewayTransferFailedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayTransferFailed(address account)
func (gatewayContract *GatewayContract) UnpackGatewayTransferFailedError(raw []byte) (*GatewayContractGatewayTransferFailed, error) {
	out := new(GatewayContractGatewayTransferFailed)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayTransferFailed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayUnderpriced represents a GatewayUnderpriced error raised by the GatewayContract contract.
type GatewayContractGatewayUnderpriced struct {
	Paid   *big.Int
	Needed *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayUnderpriced(uint256 paid, uint256 needed)
func GatewayContractGatewayUnderpricedErrorID() common.Hash {
	return common.HexToHash("0xdf6ad79f3030ded44719fc67825c229b3c1980e87c58877fa0c766683862ef43")
}

// UnpackGatewayUnderpricedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayUnderpriced(uint256 paid, uint256 needed)
func (gatewayContract *GatewayContract) UnpackGatewayUnderpricedError(raw []byte) (*GatewayContractGatewayUnderpriced, error) {
	out := new(GatewayContractGatewayUnderpriced)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayUnderpriced", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractGatewayUnknownHandle represents a GatewayUnknownHandle error raised by the GatewayContract contract.
type GatewayContractGatewayUnknownHandle struct {
	Handle [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayUnknownHandle(bytes32 handle)
func GatewayContractGatewayUnknownHandleErrorID() common.Hash {
	return common.HexToHash("0x3e2c5f4bb48d24dd81fe4376dbe30e69333603582387d30cc1eeda4f02d6fb0d")
}

// UnpackGatewayUnknownHandleError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayUnknownHandle(bytes32 handle)
func (gatewayContract *GatewayContract) UnpackGatewayUnknownHandleError(raw []byte) (*GatewayContractGatewayUnknownHandle, error) {
	out := new(GatewayContractGatewayUnknownHandle)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "GatewayUnknownHandle", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// GatewayContractReentrancyGuardReentrantCall represents a ReentrancyGuardReentrantCall error raised by the GatewayContract contract.
type GatewayContractReentrancyGuardReentrantCall struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error ReentrancyGuardReentrantCall()
func GatewayContractReentrancyGuardReentrantCallErrorID() common.Hash {
	return common.HexToHash("0x3ee5aeb571de7fc460830b4d0017439a1ca56fb0bc39062227ade4fe4a24c1ca")
}

// UnpackReentrancyGuardReentrantCallError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error ReentrancyGuardReentrantCall()
func (gatewayContract *GatewayContract) UnpackReentrancyGuardReentrantCallError(raw []byte) (*GatewayContractReentrancyGuardReentrantCall, error) {
	out := new(GatewayContractReentrancyGuardReentrantCall)
	if err := gatewayContract.abi.UnpackIntoInterface(out, "ReentrancyGuardReentrantCall", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryMetaData contains all meta data concerning the KMSRegistry contract.
var KMSRegistryMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"address\",\"name\":\"gateway_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"governor_\",\"type\":\"address\"},{\"internalType\":\"uint64\",\"name\":\"delay_\",\"type\":\"uint64\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[],\"name\":\"GatewayAddressMissing\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"GatewayChainUnfit\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"reason\",\"type\":\"bytes\"}],\"name\":\"GatewayChangeFailed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"executableAt\",\"type\":\"uint256\"}],\"name\":\"GatewayChangeTooEarly\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"change\",\"type\":\"bytes32\"}],\"name\":\"GatewayChangeUnknown\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"GatewayDataNotWritten\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"}],\"name\":\"GatewayKeyExists\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"GatewayKeyInvalid\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"enumKeyStatus\",\"name\":\"status\",\"type\":\"uint8\"}],\"name\":\"GatewayKeyStatus\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"activatableAt\",\"type\":\"uint256\"}],\"name\":\"GatewayKeyTooEarly\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"GatewayNotGovernor\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"GatewayOnlyScheduled\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"pairingGas\",\"type\":\"uint256\"}],\"name\":\"GatewayPairingGasTooLow\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"party\",\"type\":\"address\"}],\"name\":\"GatewayPartyInvalid\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"precompile\",\"type\":\"address\"}],\"name\":\"GatewayPrecompileFailed\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"n\",\"type\":\"uint256\"},{\"internalType\":\"uint256\",\"name\":\"t\",\"type\":\"uint256\"}],\"name\":\"GatewayThresholdInvalid\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"change\",\"type\":\"bytes32\"}],\"name\":\"ChangeCancelled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"change\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"bytes\",\"name\":\"action\",\"type\":\"bytes\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"executableAt\",\"type\":\"uint64\"}],\"name\":\"ChangeScheduled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"address\",\"name\":\"treasury\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint128\",\"name\":\"feeRate\",\"type\":\"uint128\"}],\"name\":\"FeeChanged\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"address\",\"name\":\"governor\",\"type\":\"address\"}],\"name\":\"GovernorChanged\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"}],\"name\":\"KeyActivated\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"}],\"name\":\"KeyRetired\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"},{\"indexed\":false,\"internalType\":\"uint16\",\"name\":\"n\",\"type\":\"uint16\"},{\"indexed\":false,\"internalType\":\"uint16\",\"name\":\"threshold\",\"type\":\"uint16\"},{\"indexed\":false,\"internalType\":\"bytes\",\"name\":\"mpk\",\"type\":\"bytes\"},{\"indexed\":false,\"internalType\":\"address[]\",\"name\":\"parties\",\"type\":\"address[]\"},{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"activatableAt\",\"type\":\"uint64\"}],\"name\":\"KeyStaged\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":false,\"internalType\":\"uint64\",\"name\":\"pairingGas\",\"type\":\"uint64\"}],\"name\":\"PairingGasChanged\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"}],\"name\":\"activateKey\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"}],\"name\":\"activeIndexOf\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"\",\"type\":\"uint32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"change\",\"type\":\"bytes32\"}],\"name\":\"cancel\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"delay\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"change\",\"type\":\"bytes32\"}],\"name\":\"executableAt\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"action\",\"type\":\"bytes\"}],\"name\":\"execute\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"gateway\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"governor\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"}],\"name\":\"indexOf\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"\",\"type\":\"uint32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"keyCount\",\"outputs\":[{\"internalType\":\"uint32\",\"name\":\"\",\"type\":\"uint32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"index\",\"type\":\"uint32\"}],\"name\":\"keyIdAt\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"}],\"name\":\"keyOf\",\"outputs\":[{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"uint32\",\"name\":\"index\",\"type\":\"uint32\"},{\"internalType\":\"enumKeyStatus\",\"name\":\"status\",\"type\":\"uint8\"},{\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"},{\"internalType\":\"uint16\",\"name\":\"n\",\"type\":\"uint16\"},{\"internalType\":\"uint16\",\"name\":\"threshold\",\"type\":\"uint16\"},{\"internalType\":\"uint64\",\"name\":\"activatableAt\",\"type\":\"uint64\"},{\"internalType\":\"address\",\"name\":\"treasury\",\"type\":\"address\"},{\"internalType\":\"uint128\",\"name\":\"feeRate\",\"type\":\"uint128\"},{\"internalType\":\"address[]\",\"name\":\"parties\",\"type\":\"address[]\"},{\"internalType\":\"bytes\",\"name\":\"mpk\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"mpkPoint\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"attestKey\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"attestPoint\",\"type\":\"bytes\"}],\"internalType\":\"structKey\",\"name\":\"key\",\"type\":\"tuple\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"pairingGas\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint32\",\"name\":\"index\",\"type\":\"uint32\"}],\"name\":\"priceAt\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"uint128\",\"name\":\"feeRate\",\"type\":\"uint128\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"}],\"name\":\"retireKey\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes\",\"name\":\"action\",\"type\":\"bytes\"}],\"name\":\"schedule\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"change\",\"type\":\"bytes32\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"address\",\"name\":\"treasury\",\"type\":\"address\"},{\"internalType\":\"uint128\",\"name\":\"feeRate\",\"type\":\"uint128\"}],\"name\":\"setFee\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"governor_\",\"type\":\"address\"}],\"name\":\"setGovernor\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint64\",\"name\":\"pairingGas_\",\"type\":\"uint64\"}],\"name\":\"setPairingGas\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"components\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"mpk\",\"type\":\"bytes\"},{\"internalType\":\"bytes\",\"name\":\"mpkPoint\",\"type\":\"bytes\"},{\"internalType\":\"uint64\",\"name\":\"epoch\",\"type\":\"uint64\"},{\"internalType\":\"uint16\",\"name\":\"threshold\",\"type\":\"uint16\"},{\"internalType\":\"address[]\",\"name\":\"parties\",\"type\":\"address[]\"},{\"internalType\":\"address\",\"name\":\"treasury\",\"type\":\"address\"},{\"internalType\":\"uint128\",\"name\":\"feeRate\",\"type\":\"uint128\"}],\"internalType\":\"structKeyConfig\",\"name\":\"config\",\"type\":\"tuple\"}],\"name\":\"stageKey\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"}],\"name\":\"treasuryOf\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"id\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"attestation\",\"type\":\"bytes\"}],\"name\":\"verifyQuorum\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"}]",
	ID:  "KMSRegistry",
	Bin: "0x60c080604052346101e657606081613d8c803803809161001f82856101ea565b8339810103126101e65761003281610221565b90604061004160208301610221565b910151906001600160401b03821682036101e6576001600160a01b03169081156101d7576080525f80546001600160a01b031916821790556040519081527f5ffbefd23f1844198adf645535c8dce8d9f3f2f9f5e917bf4e3aa8fc90299a9090602090a16001600160a01b038116156101d7575a6100fa816100c1610235565b6100c96102c2565b6100d1610336565b90604051926100e16040856101ea565b60078452666d65737361676560c81b602085015261046a565b156101c85761014a9061010b610235565b6101136102c2565b61011b610336565b906040519261012b6040856101ea565b600d84526c77726f6e67206d65737361676560981b602085015261046a565b6101c85760a05262030d4060018060401b031960025416176002557f2d3ba1788248d13cfc9c396d75352fbf1d0303581caa389a2e962f370fbd597e602060405162030d408152a16040516133559081610a1782396080518181816104cf015281816109d801526114d9015260a051818181610de9015261137b0152f35b6302bf5c5560e01b5f5260045ffd5b6349acd00960e01b5f5260045ffd5b5f80fd5b601f909101601f19168101906001600160401b0382119082101761020d57604052565b634e487b7160e01b5f52604160045260245ffd5b51906001600160a01b03821682036101e657565b6040519061024460a0836101ea565b608082527f0654127b0cfa8af6f5ab4f693c8e7a0c83092f842f71c16ab34716bdae19c3ba6080836f187db5406ce297e729c8564a106dc89660208201527f943b00216a095fe9c5d32a16a330c02eb80e6f468ede83cde5462b5145b58f6560408201526f05d54e9b2fdec1d1137313d7f3c33c5760608201520152565b604051906102d16080836101ea565b606082525f516020613d6c5f395f51905f526060837f972c4c6cc184b56121a1d27ef1ca3a2334d1a51be93573bd18e168f78f8fe15c60208201527fe44fb029ffe8e9c3ee6bea2660f4f35e0774a35a80d6236c050fd8f831475b5e60408201520152565b60405190610346610120836101ea565b61010082527fb455617088dbf140e949b40f953aca08faf1576391f577e27a85dabcdee2a420610100836f0774a35a80d6236c050fd8f831475b5e60208201525f516020613d6c5f395f51905f5260408201526f172c4c6cc184b56121a1d27ef1ca3a2360608201527f34d1a51be93573bd18e168f78f8fe15ce44fb029ffe8e9c3ee6bea2660f4f35e60808201526f12be02b1ade17a748ff0f4d7a4cc942a60a08201527f47d99b448edb94ef827d8a8387848c285c579d498b07661f00231e0d73afa20860c08201526e87a0f5176416976c1e71eaa784981660e08201520152565b610468906020808095946040519684889551918291018487015e8401908282015f8152815193849201905e01015f815203601f1981018452836101ea565b565b939192608085510361088f5761047f9161042a565b60405161048d6060826101ea565b602b815260208101907f424c535f5349475f424c53313233383147315f584d443a5348412d3235365f538252604081016a5357555f524f5f4155475f60a81b905251916040518381946020830194855e7fff0000000000000000000000000000000000000000000000000000000000000060f882901b1690820160208101919091520360018101845261052390602101846101ea565b6040518091602082015f9052604082015f905280516020819201606084015e600160f71b6060918301918201525f60628201528451908185606383015e01606001600381015f905203600301601f198101825261058090826101ea565b61058990610898565b91604051836020820152600160f81b60408201528082518085604184015e8101602001602181015f81525003602101601f19810182526105c990826101ea565b6105d290610898565b906040518285186020820152600160f91b60408201528082518086604184015e8101602001602181015f81525003602101601f198101825261061490826101ea565b61061d90610898565b936040518582186020820152600360f81b60408201528083518087604184015e8101602001602181015f81525003602101601f198101825261065f90826101ea565b61066890610898565b938492604051938493186020840152600160fa1b6040840152518091604184015e8101602001602181015f81525003602101601f19810182526106ab90826101ea565b6106b490610898565b926106be916108c9565b916106c8916108c9565b6106d19161042a565b925a93604051946080865260208601809260a08801604052805190602001600b608094fa3d608014161561087b57602094610860600f92875f976040519261071b610120856101ea565b6101008452828401956f024aa2b2f08f0a91260805272dc5105187527fc6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb860408601526f13e02b6052719f607dacd3a088274f6560608601527f596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e60808601526f0d1b3cc2c7027888be51d9ef691d77bc60a08601527fb679afda66c73f17f9ee3837a55024f78c71363275a75d75d86bab79f74782aa60c08601526f13fa4d4a0ad8b1ce186ed5061789213d60e08601527f993923066dddaf1040bc3ff59f825c78df74f2d75467e25e0f55f8a00fa030ed61010086015283604051978896828089019c8d815192839201905e880190838201908f8252519283915e0101908b8252518092825e0190898252805192839101825e0187815203601f1981018352826101ea565b5192fa60203d14165f5181610873575090565b600191501490565b6339a7e32d60e21b5f52600b60045260245ffd5b50505050505f90565b5f602091828151910160025afa60203d1416905f5191156108b557565b6339a7e32d60e21b5f52600260045260245ffd5b90603060059161097360c1604051926108e36060856101ea565b848452602084017f1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f62481526f1eabfffeb153ffffb9feffffffffaaab60801b6040860152604051948592602084019960408b5260016040860152886060860152608085015260a0840152600160f81b60c08401525180918484015e81015f838201520301601f1981018352826101ea565b5a6040519483865260208601948593606088016040525192fa60303d141615610a02576080906109c86030604051809360208201965f88525180918484015e81015f838201520301601f1981018352826101ea565b5a6040519383855260a08501604052601060208601935192fa60803d1416156109ee5790565b6339a7e32d60e21b5f52601060045260245ffd5b6339a7e32d60e21b5f52600560045260245ffdfe60806040526004361015610011575f80fd5b5f3560e01c806308bb24ff1461118d57806309c5eabe14610fd15780630be3841914610f345780630c340a2414610ee457806310c5d6ad14610e0d578063116191b614610d9f5780631f4a280914610c435780633f8adf3014610b0957806367e50233146109fc5780636a42b8f81461099a5780636f4ce56a14610949578063707f23c4146108f35780637896566f146108795780637f47e83a146108275780639df4efa5146107c6578063b4d8461114610781578063c42cf5351461067f578063c4d252f514610590578063db26e34d14610424578063df78bce2146101bd578063fac750e0146101795763fb2cb35e1461010b575f80fd5b346101755760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760443567ffffffffffffffff81116101755761016b61015f6020923690600401611e5f565b90602435600435612408565b6040519015158152f35b5f80fd5b34610175575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261017557602063ffffffff60025460401c16604051908152f35b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610175576101f7600435612123565b60405190602082526101e082018151602084015263ffffffff6020830151166040840152604082015160048110156103f75790839291606084015267ffffffffffffffff606083015116608084015261ffff60808301511660a084015261ffff60a08301511660c084015267ffffffffffffffff60c08301511660e084015273ffffffffffffffffffffffffffffffffffffffff60e0830151166101008401526fffffffffffffffffffffffffffffffff61010083015116610120840152610120820151906101c06101408501528151809152602061020085019201905f5b8181106103c857505050906101a061039161035d6103276103c4956101408601517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0898303016101608a0152611ebc565b6101608501517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe088830301610180890152611ebc565b6101808401517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08783030184880152611ebc565b9101517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0848303016101c0850152611ebc565b0390f35b825173ffffffffffffffffffffffffffffffffffffffff168452869550602093840193909201916001016102d6565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760043567ffffffffffffffff811161017557610473903690600401611e5f565b9073ffffffffffffffffffffffffffffffffffffffff5f54163303610564576020917fb471ec8bc9568dd2bf446b836703bd9021ffe9dfd770cdee5f089a49ac1426be6104c1368385611fe8565b8481519101209283926104fe7f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff421661201e565b845f526001875267ffffffffffffffff60405f20911690817fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000008254161790556105546040519384936040855260408501916120e5565b90878301520390a2604051908152f35b7f35ed8471000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760043573ffffffffffffffffffffffffffffffffffffffff5f5416330361056457805f52600160205267ffffffffffffffff60405f2054161561065457805f52600160205260405f207fffffffffffffffffffffffffffffffffffffffffffffffff000000000000000081541690557fef2393afd41f32c607a123de95d703349edd33ea1d86af21535ea8040ec7d9845f80a2005b7fb434d851000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760043573ffffffffffffffffffffffffffffffffffffffff811680910361017557303303610759578015610731576020817f5ffbefd23f1844198adf645535c8dce8d9f3f2f9f5e917bf4e3aa8fc90299a90927fffffffffffffffffffffffff00000000000000000000000000000000000000005f5416175f55604051908152a1005b7f49acd009000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f858770ca000000000000000000000000000000000000000000000000000000005f5260045ffd5b34610175575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261017557602067ffffffffffffffff60025416604051908152f35b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610175576004355f526004602052602073ffffffffffffffffffffffffffffffffffffffff600160405f20015416604051908152f35b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610175576004355f526001602052602067ffffffffffffffff60405f205416604051908152f35b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760043563ffffffff8116809103610175575f5260036020526040805f2054805f5260046020526fffffffffffffffffffffffffffffffff6002835f2001541682519182526020820152f35b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760043563ffffffff8116809103610175575f526003602052602060405f2054604051908152f35b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610175576004355f526004602052602063ffffffff60405f205460a01c16604051908152f35b34610175575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261017557602060405167ffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760043530330361075957805f52600460205260405f2060ff815460c01c1660048110156103f757600281141580610afe575b610ac9575078030000000000000000000000000000000000000000000000007fffffffffffffff00ffffffffffffffffffffffffffffffffffffffffffffffff8254161790557ffbcfbbd9e243c3307edb745c9d5352e749a78c1e745573216efb9dbd3c756dbd5f80a2005b610af990837f3d7004ce000000000000000000000000000000000000000000000000000000005f52600452611eae565b60445ffd5b506001811415610a5d565b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760043573ffffffffffffffffffffffffffffffffffffffff5f5416330361056457805f52600460205260405f2060ff815460c01c1660048110156103f75760018103610ac9575067ffffffffffffffff600282015460801c16804210610c185750602067ffffffffffffffff60017fbe3bcc84a15bd5b936326358407a6f8675c2c4f81c12eac5c50446d61446b88a9378020000000000000000000000000000000000000000000000007fffffffffffffff00ffffffffffffffffffffffffffffffffffffffffffffffff825416178155015460a01c16604051908152a2005b7f740d3022000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b346101755760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760043560243573ffffffffffffffffffffffffffffffffffffffff811680910361017557604435906fffffffffffffffffffffffffffffffff82168092036101755730330361075957825f52600460205260405f209060ff825460c01c1660048110156103f7578015610d6f57508015610731577fc32625a79557f722abb608282326dfeced9955a440d43200c5f5660f214de50592600183600260409501837fffffffffffffffffffffffffffffffff0000000000000000000000000000000082541617905501827fffffffffffffffffffffffff000000000000000000000000000000000000000082541617905582519182526020820152a2005b610af990857f3d7004ce000000000000000000000000000000000000000000000000000000005f52600452611eae565b34610175575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261017557602060405173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760043567ffffffffffffffff81168091036101755730330361075957620186a08110610eb9576020817f2d3ba1788248d13cfc9c396d75352fbf1d0303581caa389a2e962f370fbd597e927fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000006002541617600255604051908152a1005b7fd8e0ba23000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b34610175575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261017557602073ffffffffffffffffffffffffffffffffffffffff5f5416604051908152f35b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261017557600435805f52600460205260405f20549060ff8260c01c169060048210156103f75760028203610fa15760208363ffffffff6040519160a01c168152f35b610af992507f3d7004ce000000000000000000000000000000000000000000000000000000005f52600452611eae565b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760043567ffffffffffffffff811161017557611020903690600401611e5f565b73ffffffffffffffffffffffffffffffffffffffff5f5416330361056457611049368284611fe8565b60208151910120805f52600160205267ffffffffffffffff60405f205416801561116157804210611136575f8281526001602052604080822080547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001690555181908086808983378101838152039082305af13d1561112e573d906110cd82611fae565b916110db6040519384611f6d565b82523d5f602084013e5b156110ec57005b61112a906040519182917fa2263fb9000000000000000000000000000000000000000000000000000000008352602060048401526024830190611ebc565b0390fd5b6060906110e5565b7ffc02ec4c000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b507fb434d851000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b346101755760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101755760043567ffffffffffffffff8111610175576101007ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc82360301126101755773ffffffffffffffffffffffffffffffffffffffff5f541633036105645780600401355f52600460205260ff60405f205460c01c1660048110156103f757611e305761124d60a4820182600401612085565b91905061125c60848201612040565b61ffff8116908315908115611e25575b8115611e1b575b8115611dfd575b50611dce575060c481019173ffffffffffffffffffffffffffffffffffffffff6112a38461204f565b16156107315760448201906101006112be8385600401611eff565b905014801590611db2575b611ca7576112e46112dd8385600401611eff565b3691611fe8565b602081519101206101206040516112fb8282611f6d565b61010081527fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe060208201920136833751902014611ca7575f5b818110611ccf5750506112dd61134d9183600401611eff565b90604051924660208501527fffffffffffffffffffffffffffffffffffffffff0000000000000000000000007f000000000000000000000000000000000000000000000000000000000000000060601b166040850152603484526113b2605485611f6d565b6114a560409461149f61146161145b8851936113ce8a86611f6d565b601485527f6b6d73676174657761792f6174746573742f76310000000000000000000000006020860152895190611406606083611f6d565b602182527f69632d7665746b642d626c7331322d3338312d67322d63616e69737465722d6960208301527f64000000000000000000000000000000000000000000000000000000000000008b83015289612c44565b87612f0f565b9187519061146f8983611f6d565b601d82527f69632d7665746b642d626c7331322d3338312d67322d636f6e74657874000000602083015283612c44565b90612f0f565b6114ae846124db565b602081519101206114c86112dd6024860186600401611eff565b6020815191012003611ca7576115087f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff421661201e565b9360025463ffffffff81881c169263ffffffff8414611c7a5763ffffffff6115ff92600160209601907fffffffffffffffffffffffffffffffffffffffff00000000ffffffffffffffff6bffffffff0000000000000000838d1b16911617600255165f52600384528560040135885f205583611583826124db565b936115946024890189600401611eff565b9081848d51998a9781808a019b8051918291018d5e8901908282015f8152815193849201905e0101915f8352823701905f8252805192839101825e015f8152037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08101845283611f6d565b81519060018201809211611c7a576116e0602b73ffffffffffffffffffffffffffffffffffffffff9489519384917fffff00000000000000000000000000000000000000000000000000000000000060208401977f6100000000000000000000000000000000000000000000000000000000000000895260f01b1660218401527f80600a5f395ff30000000000000000000000000000000000000000000000000060238401525180918484015e81015f8382015203017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08101835282611f6d565b51905ff0168015611c525763ffffffff600254861c1661170b61170560848601612040565b9361204f565b61171760648601612070565b9060e4860135916fffffffffffffffffffffffffffffffff83168093036101755773ffffffffffffffffffffffffffffffffffffffff67ffffffffffffffff9261ffff61176a60a48b018b600401612085565b9990978d51996117798b611f50565b8a5260208a015260018d8a01521660608801521660808601521660a084015260c083015267ffffffffffffffff851660e083015267ffffffffffffffff8311611c0d578260051b8651936117d06020830186611f6d565b8452602084019036818401116101755782915b8184018310611c3a5750505050610100810191825282600401355f526004602052845f2073ffffffffffffffffffffffffffffffffffffffff80835116167fffffffffffffffffffffffff000000000000000000000000000000000000000082541617815560208201517fffffffffffffffff00000000ffffffffffffffffffffffffffffffffffffffff77ffffffff000000000000000000000000000000000000000083549260a01b169116178155858201519160048310156103f7576003927fffffffffffffff00ffffffffffffffffffffffffffffffffffffffffffffffff78ff00000000000000000000000000000000000000000000000084549260c01b16911617825560608101517fffffffffff0000ffffffffffffffffffffffffffffffffffffffffffffffffff7affff0000000000000000000000000000000000000000000000000084549260c81b1691161782556001820173ffffffffffffffffffffffffffffffffffffffff80608084015116167fffffffffffffffffffffffff000000000000000000000000000000000000000082541617815560a08201517fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff7bffffffffffffffff000000000000000000000000000000000000000083549260a01b16911617905560e060028301916fffffffffffffffffffffffffffffffff8060c083015116167fffffffffffffffffffffffffffffffff0000000000000000000000000000000084541617835501517fffffffffffffffff0000000000000000ffffffffffffffffffffffffffffffff77ffffffffffffffff0000000000000000000000000000000083549260801b1691161790550190519081519167ffffffffffffffff8311611c0d57680100000000000000008311611c0d578154838355808410611be3575b50602001905f5260205f205f5b838110611bb95750505050611ab660648201612070565b9161ffff6020611b30611acf60a4860186600401612085565b97905083611adf60848801612040565b91611af06024890189600401611eff565b929093611b0360a48b018b600401612085565b98909c67ffffffffffffffff85519d168d5216878c0152169089015260c0606089015260c08801916120e5565b85810360808701528281520194905f5b818110611b845767ffffffffffffffff841660a087015260048501357f561cd94a1532e21222d5f63caa69b76158285f429b53a8f30254e9ddd2148c0087890388a2005b90919560208060019273ffffffffffffffffffffffffffffffffffffffff611bab8b611e8d565b168152019701929101611b40565b600190602073ffffffffffffffffffffffffffffffffffffffff8551169401938184015501611a9f565b825f52838060205f20019103905f5b828110611c00575050611a92565b5f82820155600101611bf2565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b60208091611c4785611e8d565b8152019201916117e3565b7fee05551b000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b7f84e362be000000000000000000000000000000000000000000000000000000005f5260045ffd5b73ffffffffffffffffffffffffffffffffffffffff611d06611d0183611cfb60a4890189600401612085565b9061249e565b61204f565b168015611d87575f5b828110611d20575050600101611334565b8173ffffffffffffffffffffffffffffffffffffffff611d4d611d0184611cfb60a48c018c600401612085565b1614611d5b57600101611d0f565b507f4c0eca1e000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b7f4c0eca1e000000000000000000000000000000000000000000000000000000005f5260045260245ffd5b506060611dc56024850185600401611eff565b905014156112c9565b827f6d9269f9000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b905061ffff81168203611c7a5760011b6201fffe168310158461127a565b8483119150611273565b60808511915061126c565b7f9297905f000000000000000000000000000000000000000000000000000000005f526004013560045260245ffd5b9181601f840112156101755782359167ffffffffffffffff8311610175576020838186019501011161017557565b359073ffffffffffffffffffffffffffffffffffffffff8216820361017557565b60048110156103f757602452565b907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f602080948051918291828752018686015e5f8582860101520116010190565b9035907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe181360301821215610175570180359067ffffffffffffffff82116101755760200191813603831361017557565b610120810190811067ffffffffffffffff821117611c0d57604052565b90601f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0910116810190811067ffffffffffffffff821117611c0d57604052565b67ffffffffffffffff8111611c0d57601f017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe01660200190565b929192611ff482611fae565b916120026040519384611f6d565b829481845281830111610175578281602093845f960137010152565b9067ffffffffffffffff8091169116019067ffffffffffffffff8211611c7a57565b3561ffff811681036101755790565b3573ffffffffffffffffffffffffffffffffffffffff811681036101755790565b3567ffffffffffffffff811681036101755790565b9035907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe181360301821215610175570180359067ffffffffffffffff821161017557602001918160051b3603831361017557565b60048210156103f75752565b601f82602094937fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe093818652868601375f8582860101520116010190565b90604051916101c0830183811067ffffffffffffffff821117611c0d576040525f83525f60208401525f60408401525f60608401525f60808401525f60a08401525f60c08401525f60e08401525f610100840152606061012084015260606101408401526060610160840152606061018084015260606101a084015282815f52600460205260405f2090604051916121ba83611f50565b80549073ffffffffffffffffffffffffffffffffffffffff82168452602084019163ffffffff8160a01c16835260408501926121fc60ff8360c01c16856120d9565b61ffff606087019260c81c168252600183015493608087019173ffffffffffffffffffffffffffffffffffffffff8616835267ffffffffffffffff60a089019660a01c168652600285015498600360c08a01966fffffffffffffffffffffffffffffffff8c16885267ffffffffffffffff60e08c019c60801c168c520197604051808a6020829c549384815201905f5260205f20925f5b8181106123d95750506122a89250038a611f6d565b6101008a01988952835160048110156103f757156123cb57508b525163ffffffff1660208b01525160048110156103f75773ffffffffffffffffffffffffffffffffffffffff9761ffff89948c606067ffffffffffffffff6fffffffffffffffffffffffffffffffff9a6123208298604086016120d9565b5116910152885151821660808e0152511660a08c0152511660c08a0152511660e088015251166101008601525161012085015280518216606060016123636125ff565b9260208401903c610180850152818151166101006061612381612651565b9260208401903c6101a085015281815116606061016161239f6125ff565b9260208401903c61014085015251166101006101c16123bc612651565b9260208401903c610160830152565b9b5050505050505050505050565b845473ffffffffffffffffffffffffffffffffffffffff1683526001948501948e945060209093019201612293565b9291925f52600460205273ffffffffffffffffffffffffffffffffffffffff60405f2054168015612496576124939361248e6124426125ff565b916060600160208501863c610100606161245a612651565b9560208701903c60405194602086015260208552612479604086611f6d565b67ffffffffffffffff60025416953691611fe8565b6126fa565b90565b505050505f90565b91908110156124ae5760051b0190565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b60e0810151610100820151808217156125ee575b6f0d0088f51cbff34d258dd3db21a5d66b82119182156125a2575b50501561257b577fa000000000000000000000000000000000000000000000000000000000000000905b60406080820151928360801c606084015160801b17179260208301519060801b17910151906040519260208401526040830152606082015260608152612493608082611f6d565b7f800000000000000000000000000000000000000000000000000000000000000090612534565b6f0d0088f51cbff34d258dd3db21a5d66b149150816125c4575b505f8061250a565b7fb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd5559150115f6125bc565b505060a081015160c08201516124ef565b6126096060611fae565b906126176040519283611f6d565b60608252817fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe06126476060611fae565b0190602036910137565b61265c610100611fae565b9061266a6040519283611f6d565b6101008252817fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0612647610100611fae565b6126f8906020808095946040519684889551918291018487015e8401908282015f8152815193849201905e01015f8152037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08101845283611f6d565b565b9391926080855103612c3b5761270f9161269c565b60405161271d606082611f6d565b602b815260208101917f424c535f5349475f424c53313233383147315f584d443a5348412d3235365f538352604082017f5357555f524f5f4155475f000000000000000000000000000000000000000000905260405180936020820193518091855e81016020017f2b000000000000000000000000000000000000000000000000000000000000008152036001017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810184526127da9084611f6d565b6040518091602082015f9052604082015f905280516020819201606084015e8101602001604081017e800000000000000000000000000000000000000000000000000000000000009052604281015f90528451908185604383015e01604001600381015f815250036003017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810182526128749082611f6d565b61287d90613127565b916040518084836020830191612892926130a9565b037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810182526128c29082611f6d565b6128cb90613127565b90604051808386188360208301916128e2926130e8565b037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810182526129129082611f6d565b61291b90613127565b936040518582186020820152604081017f030000000000000000000000000000000000000000000000000000000000000090528083518087604184015e8101602001602181015f815250036021017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0810182526129989082611f6d565b6129a190613127565b938492604051938493186020840152604083017f04000000000000000000000000000000000000000000000000000000000000009052518091604184015e8101602001602181015f815250036021017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081018252612a1f9082611f6d565b612a2890613127565b92612a3291613171565b91612a3c91613171565b612a459161269c565b925a93604051946080865260208601809260a08801604052805190602001600b608094fa3d6080141615612c0e57602094612bf3600f92875f9761012092612a906040519485611f6d565b6101008452828401956f024aa2b2f08f0a91260805272dc5105187527fc6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb860408601526f13e02b6052719f607dacd3a088274f6560608601527f596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e60808601526f0d1b3cc2c7027888be51d9ef691d77bc60a08601527fb679afda66c73f17f9ee3837a55024f78c71363275a75d75d86bab79f74782aa60c08601526f13fa4d4a0ad8b1ce186ed5061789213d60e08601527f993923066dddaf1040bc3ff59f825c78df74f2d75467e25e0f55f8a00fa030ed61010086015283604051978896828089019c8d815192839201905e880190838201908f8252519283915e0101908b8252518092825e0190898252805192839101825e01878152037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08101835282611f6d565b5192fa60203d14165f5181612c06575090565b600191501490565b7fe69f8cb4000000000000000000000000000000000000000000000000000000005f52600b60045260245ffd5b50505050505f90565b612c4d906124db565b90805160405191829160208301947860000000000000000000000000000000000000000000000000865280516020819201602886015e83019060c01b7fffffffffffffffff00000000000000000000000000000000000000000000000016602882015281516020819301603083015e01602801600881015f9052036008017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081018252612cfa9082611f6d565b825160ff16926040518094602082019280516020819201855e83019060f81b7fff00000000000000000000000000000000000000000000000000000000000000168152600101037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081018552612d709085611f6d565b604051928392602084015f9052604084015f9052518091606085015e8201602001604081017e300000000000000000000000000000000000000000000000000000000000009052604281015f905284518092604383015e01604001600381015f815250036003017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081018252612e069082611f6d565b612e0f90613127565b906040518083836020830191612e24926130a9565b037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081018252612e549082611f6d565b612e5d90613127565b91829160405192839218906020830191612e76926130e8565b037fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081018252612ea69082611f6d565b612eaf90613127565b60801c907001000000000000000000000000000000007f73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff000000019109907f73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001910890565b906101009061012092613056602080604051612f2b8882611f6d565b868152818101956f024aa2b2f08f0a91260805272dc5105187527fc6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb860408301526f13e02b6052719f607dacd3a088274f6560608301527f596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e60808301526f0ce5d527727d6e118cc9cdc6da2e351a60a08301527fadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b8280160c08301526f0606c4a02ea734cc32acd2b02bc28b9960e08301527fcb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be888301528260405197889382808601998051918291018b5e850190600184830152518092604083015e0101908382015203018085520183611f6d565b5a90604051948486528501604052600e60208601935192fa6101003d14161561307c5790565b7fe69f8cb4000000000000000000000000000000000000000000000000000000005f52600e60045260245ffd5b60219260209282527f0100000000000000000000000000000000000000000000000000000000000000838301528051928391018483015e01015f815290565b60219260209282527f0200000000000000000000000000000000000000000000000000000000000000838301528051928391018483015e01015f815290565b5f602091828151910160025afa60203d1416905f51911561314457565b7fe69f8cb4000000000000000000000000000000000000000000000000000000005f52600260045260245ffd5b90603060059161326260c16040519261318b606085611f6d565b848452602084017f1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f62481527f1eabfffeb153ffffb9feffffffffaaab000000000000000000000000000000006040860152604051948592602084019960408b5260016040860152886060860152608085015260a08401527f010000000000000000000000000000000000000000000000000000000000000060c08401525180918484015e81015f8382015203017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08101835282611f6d565b5a6040519483865260208601948593606088016040525192fa60303d141615613328576080906132d56030604051809360208201965f88525180918484015e81015f8382015203017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08101835282611f6d565b5a6040519383855260a08501604052601060208601935192fa60803d1416156132fb5790565b7fe69f8cb4000000000000000000000000000000000000000000000000000000005f52601060045260245ffd5b7fe69f8cb4000000000000000000000000000000000000000000000000000000005f52600560045260245ffd145116d3e83d26c533545f64b08464e4bcc755f990a381efa89804212d4eef5f",
}

// KMSRegistry is an auto generated Go binding around an Ethereum contract.
type KMSRegistry struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *KMSRegistry) GetABI() abi.ABI {
	return c.abi
}

// NewKMSRegistry creates a new instance of KMSRegistry.
func NewKMSRegistry() *KMSRegistry {
	parsed, err := KMSRegistryMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &KMSRegistry{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *KMSRegistry) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address gateway_, address governor_, uint64 delay_) returns()
func (kMSRegistry *KMSRegistry) PackConstructor(gateway_ common.Address, governor_ common.Address, delay_ uint64) []byte {
	enc, err := kMSRegistry.abi.Pack("", gateway_, governor_, delay_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackActivateKey is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3f8adf30.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function activateKey(bytes32 keyId) returns()
func (kMSRegistry *KMSRegistry) PackActivateKey(keyId [32]byte) []byte {
	enc, err := kMSRegistry.abi.Pack("activateKey", keyId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackActivateKey is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3f8adf30.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function activateKey(bytes32 keyId) returns()
func (kMSRegistry *KMSRegistry) TryPackActivateKey(keyId [32]byte) ([]byte, error) {
	return kMSRegistry.abi.Pack("activateKey", keyId)
}

// PackActiveIndexOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0be38419.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function activeIndexOf(bytes32 keyId) view returns(uint32)
func (kMSRegistry *KMSRegistry) PackActiveIndexOf(keyId [32]byte) []byte {
	enc, err := kMSRegistry.abi.Pack("activeIndexOf", keyId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackActiveIndexOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0be38419.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function activeIndexOf(bytes32 keyId) view returns(uint32)
func (kMSRegistry *KMSRegistry) TryPackActiveIndexOf(keyId [32]byte) ([]byte, error) {
	return kMSRegistry.abi.Pack("activeIndexOf", keyId)
}

// UnpackActiveIndexOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0be38419.
//
// Solidity: function activeIndexOf(bytes32 keyId) view returns(uint32)
func (kMSRegistry *KMSRegistry) UnpackActiveIndexOf(data []byte) (uint32, error) {
	out, err := kMSRegistry.abi.Unpack("activeIndexOf", data)
	if err != nil {
		return *new(uint32), err
	}
	out0 := *abi.ConvertType(out[0], new(uint32)).(*uint32)
	return out0, nil
}

// PackCancel is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc4d252f5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function cancel(bytes32 change) returns()
func (kMSRegistry *KMSRegistry) PackCancel(change [32]byte) []byte {
	enc, err := kMSRegistry.abi.Pack("cancel", change)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackCancel is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc4d252f5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function cancel(bytes32 change) returns()
func (kMSRegistry *KMSRegistry) TryPackCancel(change [32]byte) ([]byte, error) {
	return kMSRegistry.abi.Pack("cancel", change)
}

// PackDelay is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6a42b8f8.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function delay() view returns(uint64)
func (kMSRegistry *KMSRegistry) PackDelay() []byte {
	enc, err := kMSRegistry.abi.Pack("delay")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDelay is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6a42b8f8.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function delay() view returns(uint64)
func (kMSRegistry *KMSRegistry) TryPackDelay() ([]byte, error) {
	return kMSRegistry.abi.Pack("delay")
}

// UnpackDelay is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6a42b8f8.
//
// Solidity: function delay() view returns(uint64)
func (kMSRegistry *KMSRegistry) UnpackDelay(data []byte) (uint64, error) {
	out, err := kMSRegistry.abi.Unpack("delay", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackExecutableAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7f47e83a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function executableAt(bytes32 change) view returns(uint64)
func (kMSRegistry *KMSRegistry) PackExecutableAt(change [32]byte) []byte {
	enc, err := kMSRegistry.abi.Pack("executableAt", change)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackExecutableAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7f47e83a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function executableAt(bytes32 change) view returns(uint64)
func (kMSRegistry *KMSRegistry) TryPackExecutableAt(change [32]byte) ([]byte, error) {
	return kMSRegistry.abi.Pack("executableAt", change)
}

// UnpackExecutableAt is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7f47e83a.
//
// Solidity: function executableAt(bytes32 change) view returns(uint64)
func (kMSRegistry *KMSRegistry) UnpackExecutableAt(data []byte) (uint64, error) {
	out, err := kMSRegistry.abi.Unpack("executableAt", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackExecute is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x09c5eabe.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function execute(bytes action) returns()
func (kMSRegistry *KMSRegistry) PackExecute(action []byte) []byte {
	enc, err := kMSRegistry.abi.Pack("execute", action)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackExecute is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x09c5eabe.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function execute(bytes action) returns()
func (kMSRegistry *KMSRegistry) TryPackExecute(action []byte) ([]byte, error) {
	return kMSRegistry.abi.Pack("execute", action)
}

// PackGateway is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x116191b6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function gateway() view returns(address)
func (kMSRegistry *KMSRegistry) PackGateway() []byte {
	enc, err := kMSRegistry.abi.Pack("gateway")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGateway is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x116191b6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function gateway() view returns(address)
func (kMSRegistry *KMSRegistry) TryPackGateway() ([]byte, error) {
	return kMSRegistry.abi.Pack("gateway")
}

// UnpackGateway is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x116191b6.
//
// Solidity: function gateway() view returns(address)
func (kMSRegistry *KMSRegistry) UnpackGateway(data []byte) (common.Address, error) {
	out, err := kMSRegistry.abi.Unpack("gateway", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackGovernor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0c340a24.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function governor() view returns(address)
func (kMSRegistry *KMSRegistry) PackGovernor() []byte {
	enc, err := kMSRegistry.abi.Pack("governor")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGovernor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x0c340a24.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function governor() view returns(address)
func (kMSRegistry *KMSRegistry) TryPackGovernor() ([]byte, error) {
	return kMSRegistry.abi.Pack("governor")
}

// UnpackGovernor is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x0c340a24.
//
// Solidity: function governor() view returns(address)
func (kMSRegistry *KMSRegistry) UnpackGovernor(data []byte) (common.Address, error) {
	out, err := kMSRegistry.abi.Unpack("governor", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackIndexOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6f4ce56a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function indexOf(bytes32 keyId) view returns(uint32)
func (kMSRegistry *KMSRegistry) PackIndexOf(keyId [32]byte) []byte {
	enc, err := kMSRegistry.abi.Pack("indexOf", keyId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackIndexOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6f4ce56a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function indexOf(bytes32 keyId) view returns(uint32)
func (kMSRegistry *KMSRegistry) TryPackIndexOf(keyId [32]byte) ([]byte, error) {
	return kMSRegistry.abi.Pack("indexOf", keyId)
}

// UnpackIndexOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6f4ce56a.
//
// Solidity: function indexOf(bytes32 keyId) view returns(uint32)
func (kMSRegistry *KMSRegistry) UnpackIndexOf(data []byte) (uint32, error) {
	out, err := kMSRegistry.abi.Unpack("indexOf", data)
	if err != nil {
		return *new(uint32), err
	}
	out0 := *abi.ConvertType(out[0], new(uint32)).(*uint32)
	return out0, nil
}

// PackKeyCount is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfac750e0.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function keyCount() view returns(uint32)
func (kMSRegistry *KMSRegistry) PackKeyCount() []byte {
	enc, err := kMSRegistry.abi.Pack("keyCount")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackKeyCount is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfac750e0.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function keyCount() view returns(uint32)
func (kMSRegistry *KMSRegistry) TryPackKeyCount() ([]byte, error) {
	return kMSRegistry.abi.Pack("keyCount")
}

// UnpackKeyCount is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xfac750e0.
//
// Solidity: function keyCount() view returns(uint32)
func (kMSRegistry *KMSRegistry) UnpackKeyCount(data []byte) (uint32, error) {
	out, err := kMSRegistry.abi.Unpack("keyCount", data)
	if err != nil {
		return *new(uint32), err
	}
	out0 := *abi.ConvertType(out[0], new(uint32)).(*uint32)
	return out0, nil
}

// PackKeyIdAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x707f23c4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function keyIdAt(uint32 index) view returns(bytes32)
func (kMSRegistry *KMSRegistry) PackKeyIdAt(index uint32) []byte {
	enc, err := kMSRegistry.abi.Pack("keyIdAt", index)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackKeyIdAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x707f23c4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function keyIdAt(uint32 index) view returns(bytes32)
func (kMSRegistry *KMSRegistry) TryPackKeyIdAt(index uint32) ([]byte, error) {
	return kMSRegistry.abi.Pack("keyIdAt", index)
}

// UnpackKeyIdAt is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x707f23c4.
//
// Solidity: function keyIdAt(uint32 index) view returns(bytes32)
func (kMSRegistry *KMSRegistry) UnpackKeyIdAt(data []byte) ([32]byte, error) {
	out, err := kMSRegistry.abi.Unpack("keyIdAt", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackKeyOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdf78bce2.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function keyOf(bytes32 keyId) view returns((bytes32,uint32,uint8,uint64,uint16,uint16,uint64,address,uint128,address[],bytes,bytes,bytes,bytes) key)
func (kMSRegistry *KMSRegistry) PackKeyOf(keyId [32]byte) []byte {
	enc, err := kMSRegistry.abi.Pack("keyOf", keyId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackKeyOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdf78bce2.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function keyOf(bytes32 keyId) view returns((bytes32,uint32,uint8,uint64,uint16,uint16,uint64,address,uint128,address[],bytes,bytes,bytes,bytes) key)
func (kMSRegistry *KMSRegistry) TryPackKeyOf(keyId [32]byte) ([]byte, error) {
	return kMSRegistry.abi.Pack("keyOf", keyId)
}

// UnpackKeyOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xdf78bce2.
//
// Solidity: function keyOf(bytes32 keyId) view returns((bytes32,uint32,uint8,uint64,uint16,uint16,uint64,address,uint128,address[],bytes,bytes,bytes,bytes) key)
func (kMSRegistry *KMSRegistry) UnpackKeyOf(data []byte) (Key, error) {
	out, err := kMSRegistry.abi.Unpack("keyOf", data)
	if err != nil {
		return *new(Key), err
	}
	out0 := *abi.ConvertType(out[0], new(Key)).(*Key)
	return out0, nil
}

// PackPairingGas is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb4d84611.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function pairingGas() view returns(uint64)
func (kMSRegistry *KMSRegistry) PackPairingGas() []byte {
	enc, err := kMSRegistry.abi.Pack("pairingGas")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPairingGas is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb4d84611.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function pairingGas() view returns(uint64)
func (kMSRegistry *KMSRegistry) TryPackPairingGas() ([]byte, error) {
	return kMSRegistry.abi.Pack("pairingGas")
}

// UnpackPairingGas is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb4d84611.
//
// Solidity: function pairingGas() view returns(uint64)
func (kMSRegistry *KMSRegistry) UnpackPairingGas(data []byte) (uint64, error) {
	out, err := kMSRegistry.abi.Unpack("pairingGas", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackPriceAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7896566f.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function priceAt(uint32 index) view returns(bytes32 keyId, uint128 feeRate)
func (kMSRegistry *KMSRegistry) PackPriceAt(index uint32) []byte {
	enc, err := kMSRegistry.abi.Pack("priceAt", index)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPriceAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7896566f.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function priceAt(uint32 index) view returns(bytes32 keyId, uint128 feeRate)
func (kMSRegistry *KMSRegistry) TryPackPriceAt(index uint32) ([]byte, error) {
	return kMSRegistry.abi.Pack("priceAt", index)
}

// PriceAtOutput serves as a container for the return parameters of contract
// method PriceAt.
type PriceAtOutput struct {
	KeyId   [32]byte
	FeeRate *big.Int
}

// UnpackPriceAt is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x7896566f.
//
// Solidity: function priceAt(uint32 index) view returns(bytes32 keyId, uint128 feeRate)
func (kMSRegistry *KMSRegistry) UnpackPriceAt(data []byte) (PriceAtOutput, error) {
	out, err := kMSRegistry.abi.Unpack("priceAt", data)
	outstruct := new(PriceAtOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.KeyId = *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	outstruct.FeeRate = abi.ConvertType(out[1], new(big.Int)).(*big.Int)
	return *outstruct, nil
}

// PackRetireKey is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x67e50233.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function retireKey(bytes32 keyId) returns()
func (kMSRegistry *KMSRegistry) PackRetireKey(keyId [32]byte) []byte {
	enc, err := kMSRegistry.abi.Pack("retireKey", keyId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRetireKey is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x67e50233.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function retireKey(bytes32 keyId) returns()
func (kMSRegistry *KMSRegistry) TryPackRetireKey(keyId [32]byte) ([]byte, error) {
	return kMSRegistry.abi.Pack("retireKey", keyId)
}

// PackSchedule is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdb26e34d.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function schedule(bytes action) returns(bytes32 change)
func (kMSRegistry *KMSRegistry) PackSchedule(action []byte) []byte {
	enc, err := kMSRegistry.abi.Pack("schedule", action)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSchedule is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdb26e34d.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function schedule(bytes action) returns(bytes32 change)
func (kMSRegistry *KMSRegistry) TryPackSchedule(action []byte) ([]byte, error) {
	return kMSRegistry.abi.Pack("schedule", action)
}

// UnpackSchedule is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xdb26e34d.
//
// Solidity: function schedule(bytes action) returns(bytes32 change)
func (kMSRegistry *KMSRegistry) UnpackSchedule(data []byte) ([32]byte, error) {
	out, err := kMSRegistry.abi.Unpack("schedule", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackSetFee is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1f4a2809.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setFee(bytes32 keyId, address treasury, uint128 feeRate) returns()
func (kMSRegistry *KMSRegistry) PackSetFee(keyId [32]byte, treasury common.Address, feeRate *big.Int) []byte {
	enc, err := kMSRegistry.abi.Pack("setFee", keyId, treasury, feeRate)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetFee is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x1f4a2809.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setFee(bytes32 keyId, address treasury, uint128 feeRate) returns()
func (kMSRegistry *KMSRegistry) TryPackSetFee(keyId [32]byte, treasury common.Address, feeRate *big.Int) ([]byte, error) {
	return kMSRegistry.abi.Pack("setFee", keyId, treasury, feeRate)
}

// PackSetGovernor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc42cf535.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setGovernor(address governor_) returns()
func (kMSRegistry *KMSRegistry) PackSetGovernor(governor common.Address) []byte {
	enc, err := kMSRegistry.abi.Pack("setGovernor", governor)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetGovernor is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc42cf535.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setGovernor(address governor_) returns()
func (kMSRegistry *KMSRegistry) TryPackSetGovernor(governor common.Address) ([]byte, error) {
	return kMSRegistry.abi.Pack("setGovernor", governor)
}

// PackSetPairingGas is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x10c5d6ad.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function setPairingGas(uint64 pairingGas_) returns()
func (kMSRegistry *KMSRegistry) PackSetPairingGas(pairingGas uint64) []byte {
	enc, err := kMSRegistry.abi.Pack("setPairingGas", pairingGas)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSetPairingGas is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x10c5d6ad.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function setPairingGas(uint64 pairingGas_) returns()
func (kMSRegistry *KMSRegistry) TryPackSetPairingGas(pairingGas uint64) ([]byte, error) {
	return kMSRegistry.abi.Pack("setPairingGas", pairingGas)
}

// PackStageKey is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x08bb24ff.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function stageKey((bytes32,bytes,bytes,uint64,uint16,address[],address,uint128) config) returns()
func (kMSRegistry *KMSRegistry) PackStageKey(config KeyConfig) []byte {
	enc, err := kMSRegistry.abi.Pack("stageKey", config)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackStageKey is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x08bb24ff.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function stageKey((bytes32,bytes,bytes,uint64,uint16,address[],address,uint128) config) returns()
func (kMSRegistry *KMSRegistry) TryPackStageKey(config KeyConfig) ([]byte, error) {
	return kMSRegistry.abi.Pack("stageKey", config)
}

// PackTreasuryOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9df4efa5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function treasuryOf(bytes32 keyId) view returns(address)
func (kMSRegistry *KMSRegistry) PackTreasuryOf(keyId [32]byte) []byte {
	enc, err := kMSRegistry.abi.Pack("treasuryOf", keyId)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackTreasuryOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x9df4efa5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function treasuryOf(bytes32 keyId) view returns(address)
func (kMSRegistry *KMSRegistry) TryPackTreasuryOf(keyId [32]byte) ([]byte, error) {
	return kMSRegistry.abi.Pack("treasuryOf", keyId)
}

// UnpackTreasuryOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x9df4efa5.
//
// Solidity: function treasuryOf(bytes32 keyId) view returns(address)
func (kMSRegistry *KMSRegistry) UnpackTreasuryOf(data []byte) (common.Address, error) {
	out, err := kMSRegistry.abi.Unpack("treasuryOf", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackVerifyQuorum is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfb2cb35e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function verifyQuorum(bytes32 keyId, bytes32 id, bytes attestation) view returns(bool)
func (kMSRegistry *KMSRegistry) PackVerifyQuorum(keyId [32]byte, id [32]byte, attestation []byte) []byte {
	enc, err := kMSRegistry.abi.Pack("verifyQuorum", keyId, id, attestation)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackVerifyQuorum is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xfb2cb35e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function verifyQuorum(bytes32 keyId, bytes32 id, bytes attestation) view returns(bool)
func (kMSRegistry *KMSRegistry) TryPackVerifyQuorum(keyId [32]byte, id [32]byte, attestation []byte) ([]byte, error) {
	return kMSRegistry.abi.Pack("verifyQuorum", keyId, id, attestation)
}

// UnpackVerifyQuorum is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xfb2cb35e.
//
// Solidity: function verifyQuorum(bytes32 keyId, bytes32 id, bytes attestation) view returns(bool)
func (kMSRegistry *KMSRegistry) UnpackVerifyQuorum(data []byte) (bool, error) {
	out, err := kMSRegistry.abi.Unpack("verifyQuorum", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// KMSRegistryChangeCancelled represents a ChangeCancelled event raised by the KMSRegistry contract.
type KMSRegistryChangeCancelled struct {
	Change [32]byte
	Raw    *types.Log // Blockchain specific contextual infos
}

const KMSRegistryChangeCancelledEventName = "ChangeCancelled"

// ContractEventName returns the user-defined event name.
func (KMSRegistryChangeCancelled) ContractEventName() string {
	return KMSRegistryChangeCancelledEventName
}

// UnpackChangeCancelledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ChangeCancelled(bytes32 indexed change)
func (kMSRegistry *KMSRegistry) UnpackChangeCancelledEvent(log *types.Log) (*KMSRegistryChangeCancelled, error) {
	event := "ChangeCancelled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != kMSRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(KMSRegistryChangeCancelled)
	if len(log.Data) > 0 {
		if err := kMSRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range kMSRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// KMSRegistryChangeScheduled represents a ChangeScheduled event raised by the KMSRegistry contract.
type KMSRegistryChangeScheduled struct {
	Change       [32]byte
	Action       []byte
	ExecutableAt uint64
	Raw          *types.Log // Blockchain specific contextual infos
}

const KMSRegistryChangeScheduledEventName = "ChangeScheduled"

// ContractEventName returns the user-defined event name.
func (KMSRegistryChangeScheduled) ContractEventName() string {
	return KMSRegistryChangeScheduledEventName
}

// UnpackChangeScheduledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event ChangeScheduled(bytes32 indexed change, bytes action, uint64 executableAt)
func (kMSRegistry *KMSRegistry) UnpackChangeScheduledEvent(log *types.Log) (*KMSRegistryChangeScheduled, error) {
	event := "ChangeScheduled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != kMSRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(KMSRegistryChangeScheduled)
	if len(log.Data) > 0 {
		if err := kMSRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range kMSRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// KMSRegistryFeeChanged represents a FeeChanged event raised by the KMSRegistry contract.
type KMSRegistryFeeChanged struct {
	KeyId    [32]byte
	Treasury common.Address
	FeeRate  *big.Int
	Raw      *types.Log // Blockchain specific contextual infos
}

const KMSRegistryFeeChangedEventName = "FeeChanged"

// ContractEventName returns the user-defined event name.
func (KMSRegistryFeeChanged) ContractEventName() string {
	return KMSRegistryFeeChangedEventName
}

// UnpackFeeChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event FeeChanged(bytes32 indexed keyId, address treasury, uint128 feeRate)
func (kMSRegistry *KMSRegistry) UnpackFeeChangedEvent(log *types.Log) (*KMSRegistryFeeChanged, error) {
	event := "FeeChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != kMSRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(KMSRegistryFeeChanged)
	if len(log.Data) > 0 {
		if err := kMSRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range kMSRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// KMSRegistryGovernorChanged represents a GovernorChanged event raised by the KMSRegistry contract.
type KMSRegistryGovernorChanged struct {
	Governor common.Address
	Raw      *types.Log // Blockchain specific contextual infos
}

const KMSRegistryGovernorChangedEventName = "GovernorChanged"

// ContractEventName returns the user-defined event name.
func (KMSRegistryGovernorChanged) ContractEventName() string {
	return KMSRegistryGovernorChangedEventName
}

// UnpackGovernorChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event GovernorChanged(address governor)
func (kMSRegistry *KMSRegistry) UnpackGovernorChangedEvent(log *types.Log) (*KMSRegistryGovernorChanged, error) {
	event := "GovernorChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != kMSRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(KMSRegistryGovernorChanged)
	if len(log.Data) > 0 {
		if err := kMSRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range kMSRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// KMSRegistryKeyActivated represents a KeyActivated event raised by the KMSRegistry contract.
type KMSRegistryKeyActivated struct {
	KeyId [32]byte
	Epoch uint64
	Raw   *types.Log // Blockchain specific contextual infos
}

const KMSRegistryKeyActivatedEventName = "KeyActivated"

// ContractEventName returns the user-defined event name.
func (KMSRegistryKeyActivated) ContractEventName() string {
	return KMSRegistryKeyActivatedEventName
}

// UnpackKeyActivatedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event KeyActivated(bytes32 indexed keyId, uint64 epoch)
func (kMSRegistry *KMSRegistry) UnpackKeyActivatedEvent(log *types.Log) (*KMSRegistryKeyActivated, error) {
	event := "KeyActivated"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != kMSRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(KMSRegistryKeyActivated)
	if len(log.Data) > 0 {
		if err := kMSRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range kMSRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// KMSRegistryKeyRetired represents a KeyRetired event raised by the KMSRegistry contract.
type KMSRegistryKeyRetired struct {
	KeyId [32]byte
	Raw   *types.Log // Blockchain specific contextual infos
}

const KMSRegistryKeyRetiredEventName = "KeyRetired"

// ContractEventName returns the user-defined event name.
func (KMSRegistryKeyRetired) ContractEventName() string {
	return KMSRegistryKeyRetiredEventName
}

// UnpackKeyRetiredEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event KeyRetired(bytes32 indexed keyId)
func (kMSRegistry *KMSRegistry) UnpackKeyRetiredEvent(log *types.Log) (*KMSRegistryKeyRetired, error) {
	event := "KeyRetired"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != kMSRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(KMSRegistryKeyRetired)
	if len(log.Data) > 0 {
		if err := kMSRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range kMSRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// KMSRegistryKeyStaged represents a KeyStaged event raised by the KMSRegistry contract.
type KMSRegistryKeyStaged struct {
	KeyId         [32]byte
	Epoch         uint64
	N             uint16
	Threshold     uint16
	Mpk           []byte
	Parties       []common.Address
	ActivatableAt uint64
	Raw           *types.Log // Blockchain specific contextual infos
}

const KMSRegistryKeyStagedEventName = "KeyStaged"

// ContractEventName returns the user-defined event name.
func (KMSRegistryKeyStaged) ContractEventName() string {
	return KMSRegistryKeyStagedEventName
}

// UnpackKeyStagedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event KeyStaged(bytes32 indexed keyId, uint64 epoch, uint16 n, uint16 threshold, bytes mpk, address[] parties, uint64 activatableAt)
func (kMSRegistry *KMSRegistry) UnpackKeyStagedEvent(log *types.Log) (*KMSRegistryKeyStaged, error) {
	event := "KeyStaged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != kMSRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(KMSRegistryKeyStaged)
	if len(log.Data) > 0 {
		if err := kMSRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range kMSRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// KMSRegistryPairingGasChanged represents a PairingGasChanged event raised by the KMSRegistry contract.
type KMSRegistryPairingGasChanged struct {
	PairingGas uint64
	Raw        *types.Log // Blockchain specific contextual infos
}

const KMSRegistryPairingGasChangedEventName = "PairingGasChanged"

// ContractEventName returns the user-defined event name.
func (KMSRegistryPairingGasChanged) ContractEventName() string {
	return KMSRegistryPairingGasChangedEventName
}

// UnpackPairingGasChangedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event PairingGasChanged(uint64 pairingGas)
func (kMSRegistry *KMSRegistry) UnpackPairingGasChangedEvent(log *types.Log) (*KMSRegistryPairingGasChanged, error) {
	event := "PairingGasChanged"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != kMSRegistry.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(KMSRegistryPairingGasChanged)
	if len(log.Data) > 0 {
		if err := kMSRegistry.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range kMSRegistry.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (kMSRegistry *KMSRegistry) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayAddressMissing"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayAddressMissingError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayChainUnfit"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayChainUnfitError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayChangeFailed"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayChangeFailedError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayChangeTooEarly"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayChangeTooEarlyError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayChangeUnknown"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayChangeUnknownError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayDataNotWritten"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayDataNotWrittenError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayKeyExists"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayKeyExistsError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayKeyInvalid"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayKeyInvalidError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayKeyStatus"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayKeyStatusError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayKeyTooEarly"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayKeyTooEarlyError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayNotGovernor"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayNotGovernorError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayOnlyScheduled"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayOnlyScheduledError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayPairingGasTooLow"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayPairingGasTooLowError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayPartyInvalid"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayPartyInvalidError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayPrecompileFailed"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayPrecompileFailedError(raw[4:])
	}
	if bytes.Equal(raw[:4], kMSRegistry.abi.Errors["GatewayThresholdInvalid"].ID.Bytes()[:4]) {
		return kMSRegistry.UnpackGatewayThresholdInvalidError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// KMSRegistryGatewayAddressMissing represents a GatewayAddressMissing error raised by the KMSRegistry contract.
type KMSRegistryGatewayAddressMissing struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayAddressMissing()
func KMSRegistryGatewayAddressMissingErrorID() common.Hash {
	return common.HexToHash("0x49acd009b5d19c7d0916c17c59d0ca2de88c084552b537ce968467d8215b09d1")
}

// UnpackGatewayAddressMissingError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayAddressMissing()
func (kMSRegistry *KMSRegistry) UnpackGatewayAddressMissingError(raw []byte) (*KMSRegistryGatewayAddressMissing, error) {
	out := new(KMSRegistryGatewayAddressMissing)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayAddressMissing", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayChainUnfit represents a GatewayChainUnfit error raised by the KMSRegistry contract.
type KMSRegistryGatewayChainUnfit struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayChainUnfit()
func KMSRegistryGatewayChainUnfitErrorID() common.Hash {
	return common.HexToHash("0x02bf5c556a3b5e17b62089c21727c3848bea6fb691508202c8b27af9ccf573df")
}

// UnpackGatewayChainUnfitError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayChainUnfit()
func (kMSRegistry *KMSRegistry) UnpackGatewayChainUnfitError(raw []byte) (*KMSRegistryGatewayChainUnfit, error) {
	out := new(KMSRegistryGatewayChainUnfit)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayChainUnfit", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayChangeFailed represents a GatewayChangeFailed error raised by the KMSRegistry contract.
type KMSRegistryGatewayChangeFailed struct {
	Reason []byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayChangeFailed(bytes reason)
func KMSRegistryGatewayChangeFailedErrorID() common.Hash {
	return common.HexToHash("0xa2263fb9ae0bb160b7db5bbdda527b90932f8dee84ec3644bfe756199706e2ba")
}

// UnpackGatewayChangeFailedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayChangeFailed(bytes reason)
func (kMSRegistry *KMSRegistry) UnpackGatewayChangeFailedError(raw []byte) (*KMSRegistryGatewayChangeFailed, error) {
	out := new(KMSRegistryGatewayChangeFailed)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayChangeFailed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayChangeTooEarly represents a GatewayChangeTooEarly error raised by the KMSRegistry contract.
type KMSRegistryGatewayChangeTooEarly struct {
	ExecutableAt *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayChangeTooEarly(uint256 executableAt)
func KMSRegistryGatewayChangeTooEarlyErrorID() common.Hash {
	return common.HexToHash("0xfc02ec4cc5e87f26cc239f068cc304ec258355f9f5d38c1d97420634aad4a968")
}

// UnpackGatewayChangeTooEarlyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayChangeTooEarly(uint256 executableAt)
func (kMSRegistry *KMSRegistry) UnpackGatewayChangeTooEarlyError(raw []byte) (*KMSRegistryGatewayChangeTooEarly, error) {
	out := new(KMSRegistryGatewayChangeTooEarly)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayChangeTooEarly", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayChangeUnknown represents a GatewayChangeUnknown error raised by the KMSRegistry contract.
type KMSRegistryGatewayChangeUnknown struct {
	Change [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayChangeUnknown(bytes32 change)
func KMSRegistryGatewayChangeUnknownErrorID() common.Hash {
	return common.HexToHash("0xb434d851c4cc5d3d0f0dd82548c6daadfbeb5cdaa27878c7fd0c2f493bc04368")
}

// UnpackGatewayChangeUnknownError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayChangeUnknown(bytes32 change)
func (kMSRegistry *KMSRegistry) UnpackGatewayChangeUnknownError(raw []byte) (*KMSRegistryGatewayChangeUnknown, error) {
	out := new(KMSRegistryGatewayChangeUnknown)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayChangeUnknown", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayDataNotWritten represents a GatewayDataNotWritten error raised by the KMSRegistry contract.
type KMSRegistryGatewayDataNotWritten struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayDataNotWritten()
func KMSRegistryGatewayDataNotWrittenErrorID() common.Hash {
	return common.HexToHash("0xee05551b1dfbf13e80cfc626c6cf93000e1f03611e1b7629031f7c60da7d7bf4")
}

// UnpackGatewayDataNotWrittenError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayDataNotWritten()
func (kMSRegistry *KMSRegistry) UnpackGatewayDataNotWrittenError(raw []byte) (*KMSRegistryGatewayDataNotWritten, error) {
	out := new(KMSRegistryGatewayDataNotWritten)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayDataNotWritten", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayKeyExists represents a GatewayKeyExists error raised by the KMSRegistry contract.
type KMSRegistryGatewayKeyExists struct {
	KeyId [32]byte
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayKeyExists(bytes32 keyId)
func KMSRegistryGatewayKeyExistsErrorID() common.Hash {
	return common.HexToHash("0x9297905fda9de72d079c0038d58a74b10e06bb005a01d3dd4037eb144df3d79b")
}

// UnpackGatewayKeyExistsError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayKeyExists(bytes32 keyId)
func (kMSRegistry *KMSRegistry) UnpackGatewayKeyExistsError(raw []byte) (*KMSRegistryGatewayKeyExists, error) {
	out := new(KMSRegistryGatewayKeyExists)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayKeyExists", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayKeyInvalid represents a GatewayKeyInvalid error raised by the KMSRegistry contract.
type KMSRegistryGatewayKeyInvalid struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayKeyInvalid()
func KMSRegistryGatewayKeyInvalidErrorID() common.Hash {
	return common.HexToHash("0x84e362be9f2367a53d6654f30f410e7a4802b9c0cf4329704afabcc5fe5d95c1")
}

// UnpackGatewayKeyInvalidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayKeyInvalid()
func (kMSRegistry *KMSRegistry) UnpackGatewayKeyInvalidError(raw []byte) (*KMSRegistryGatewayKeyInvalid, error) {
	out := new(KMSRegistryGatewayKeyInvalid)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayKeyInvalid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayKeyStatus represents a GatewayKeyStatus error raised by the KMSRegistry contract.
type KMSRegistryGatewayKeyStatus struct {
	KeyId  [32]byte
	Status uint8
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayKeyStatus(bytes32 keyId, uint8 status)
func KMSRegistryGatewayKeyStatusErrorID() common.Hash {
	return common.HexToHash("0x3d7004cefd3cdcbe1e74970d77bbf89a05f71165409038d47a835d58a5297c6d")
}

// UnpackGatewayKeyStatusError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayKeyStatus(bytes32 keyId, uint8 status)
func (kMSRegistry *KMSRegistry) UnpackGatewayKeyStatusError(raw []byte) (*KMSRegistryGatewayKeyStatus, error) {
	out := new(KMSRegistryGatewayKeyStatus)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayKeyStatus", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayKeyTooEarly represents a GatewayKeyTooEarly error raised by the KMSRegistry contract.
type KMSRegistryGatewayKeyTooEarly struct {
	ActivatableAt *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayKeyTooEarly(uint256 activatableAt)
func KMSRegistryGatewayKeyTooEarlyErrorID() common.Hash {
	return common.HexToHash("0x740d3022e92a0dc2d6934ae4b9b6ecf5d2af1cc20b3362caeab7ee07b7f74c31")
}

// UnpackGatewayKeyTooEarlyError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayKeyTooEarly(uint256 activatableAt)
func (kMSRegistry *KMSRegistry) UnpackGatewayKeyTooEarlyError(raw []byte) (*KMSRegistryGatewayKeyTooEarly, error) {
	out := new(KMSRegistryGatewayKeyTooEarly)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayKeyTooEarly", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayNotGovernor represents a GatewayNotGovernor error raised by the KMSRegistry contract.
type KMSRegistryGatewayNotGovernor struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayNotGovernor(address caller)
func KMSRegistryGatewayNotGovernorErrorID() common.Hash {
	return common.HexToHash("0x35ed8471ac6d0209858ea3ef5fc49586fc715ee5db18bcf9e1acf35f5d8559c0")
}

// UnpackGatewayNotGovernorError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayNotGovernor(address caller)
func (kMSRegistry *KMSRegistry) UnpackGatewayNotGovernorError(raw []byte) (*KMSRegistryGatewayNotGovernor, error) {
	out := new(KMSRegistryGatewayNotGovernor)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayNotGovernor", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayOnlyScheduled represents a GatewayOnlyScheduled error raised by the KMSRegistry contract.
type KMSRegistryGatewayOnlyScheduled struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayOnlyScheduled()
func KMSRegistryGatewayOnlyScheduledErrorID() common.Hash {
	return common.HexToHash("0x858770cad86ec8e4d0bfb4dcb44e191e0c5d420f21b672660e126243af0403dd")
}

// UnpackGatewayOnlyScheduledError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayOnlyScheduled()
func (kMSRegistry *KMSRegistry) UnpackGatewayOnlyScheduledError(raw []byte) (*KMSRegistryGatewayOnlyScheduled, error) {
	out := new(KMSRegistryGatewayOnlyScheduled)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayOnlyScheduled", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayPairingGasTooLow represents a GatewayPairingGasTooLow error raised by the KMSRegistry contract.
type KMSRegistryGatewayPairingGasTooLow struct {
	PairingGas *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayPairingGasTooLow(uint256 pairingGas)
func KMSRegistryGatewayPairingGasTooLowErrorID() common.Hash {
	return common.HexToHash("0xd8e0ba235a4308c7f55aad54592e6dfd3d6dc2d684d217b136ef2eee4e625e53")
}

// UnpackGatewayPairingGasTooLowError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayPairingGasTooLow(uint256 pairingGas)
func (kMSRegistry *KMSRegistry) UnpackGatewayPairingGasTooLowError(raw []byte) (*KMSRegistryGatewayPairingGasTooLow, error) {
	out := new(KMSRegistryGatewayPairingGasTooLow)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayPairingGasTooLow", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayPartyInvalid represents a GatewayPartyInvalid error raised by the KMSRegistry contract.
type KMSRegistryGatewayPartyInvalid struct {
	Party common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayPartyInvalid(address party)
func KMSRegistryGatewayPartyInvalidErrorID() common.Hash {
	return common.HexToHash("0x4c0eca1e4232db8574e4fb6b0a413b185e13967ddf4edaba5f46d0110f51d161")
}

// UnpackGatewayPartyInvalidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayPartyInvalid(address party)
func (kMSRegistry *KMSRegistry) UnpackGatewayPartyInvalidError(raw []byte) (*KMSRegistryGatewayPartyInvalid, error) {
	out := new(KMSRegistryGatewayPartyInvalid)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayPartyInvalid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayPrecompileFailed represents a GatewayPrecompileFailed error raised by the KMSRegistry contract.
type KMSRegistryGatewayPrecompileFailed struct {
	Precompile common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayPrecompileFailed(address precompile)
func KMSRegistryGatewayPrecompileFailedErrorID() common.Hash {
	return common.HexToHash("0xe69f8cb4fd90c6142f040a00d13f7c75ebc9777b29993653db9f0e3110f38be1")
}

// UnpackGatewayPrecompileFailedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayPrecompileFailed(address precompile)
func (kMSRegistry *KMSRegistry) UnpackGatewayPrecompileFailedError(raw []byte) (*KMSRegistryGatewayPrecompileFailed, error) {
	out := new(KMSRegistryGatewayPrecompileFailed)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayPrecompileFailed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// KMSRegistryGatewayThresholdInvalid represents a GatewayThresholdInvalid error raised by the KMSRegistry contract.
type KMSRegistryGatewayThresholdInvalid struct {
	N *big.Int
	T *big.Int
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayThresholdInvalid(uint256 n, uint256 t)
func KMSRegistryGatewayThresholdInvalidErrorID() common.Hash {
	return common.HexToHash("0x6d9269f9d50eb6a736c118a34c23973c49b56b310cccff13ee751b624b84cb02")
}

// UnpackGatewayThresholdInvalidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayThresholdInvalid(uint256 n, uint256 t)
func (kMSRegistry *KMSRegistry) UnpackGatewayThresholdInvalidError(raw []byte) (*KMSRegistryGatewayThresholdInvalid, error) {
	out := new(KMSRegistryGatewayThresholdInvalid)
	if err := kMSRegistry.abi.UnpackIntoInterface(out, "GatewayThresholdInvalid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionMetaData contains all meta data concerning the SealedBidAuction contract.
var SealedBidAuctionMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractIGateway\",\"name\":\"gateway_\",\"type\":\"address\"},{\"internalType\":\"address\",\"name\":\"seller_\",\"type\":\"address\"},{\"internalType\":\"bytes32\",\"name\":\"keyId_\",\"type\":\"bytes32\"},{\"internalType\":\"uint64\",\"name\":\"closesAt_\",\"type\":\"uint64\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[],\"name\":\"AlreadyBid\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"AlreadyDecided\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"AlreadySettled\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"AuctionClosed\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"AuctionFull\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"AuctionStillOpen\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"BidSizeWrong\",\"type\":\"error\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"GatewayClientOnlyGateway\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NotDecided\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NothingDue\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"RevealPending\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"TransferFailed\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"winner\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"price\",\"type\":\"uint256\"}],\"name\":\"AuctionDecided\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"winner\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"price\",\"type\":\"uint256\"}],\"name\":\"AuctionSettled\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"bidder\",\"type\":\"address\"},{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"uint256\",\"name\":\"deposit\",\"type\":\"uint256\"}],\"name\":\"BidPlaced\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"address\",\"name\":\"bidder\",\"type\":\"address\"},{\"indexed\":false,\"internalType\":\"enumStatus\",\"name\":\"status\",\"type\":\"uint8\"}],\"name\":\"BidVoid\",\"type\":\"event\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"}],\"name\":\"RevealRequested\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"salt\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"ciphertext\",\"type\":\"bytes\"}],\"name\":\"bid\",\"outputs\":[],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"bidCount\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"name\":\"bids\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"bidder\",\"type\":\"address\"},{\"internalType\":\"uint96\",\"name\":\"deposit\",\"type\":\"uint96\"},{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"},{\"internalType\":\"bytes32[]\",\"name\":\"\",\"type\":\"bytes32[]\"},{\"internalType\":\"enumStatus[]\",\"name\":\"statuses\",\"type\":\"uint8[]\"},{\"internalType\":\"bytes[]\",\"name\":\"plaintexts\",\"type\":\"bytes[]\"}],\"name\":\"bidsOpened\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"closesAt\",\"outputs\":[{\"internalType\":\"uint64\",\"name\":\"\",\"type\":\"uint64\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"decided\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"account\",\"type\":\"address\"}],\"name\":\"dues\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"gateway\",\"outputs\":[{\"internalType\":\"contractIGateway\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"bidder\",\"type\":\"address\"}],\"name\":\"hasBid\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"keyId\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"price\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"requestId\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"\",\"type\":\"uint256\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"reveal\",\"outputs\":[],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"seller\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"settle\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"settled\",\"outputs\":[{\"internalType\":\"bool\",\"name\":\"\",\"type\":\"bool\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"winner\",\"outputs\":[{\"internalType\":\"address\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"withdraw\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"}]",
	ID:  "SealedBidAuction",
	Bin: "0x610100346100fb57601f61168938819003918201601f19168301916001600160401b038311848410176100ff578084926080946040528339810103126100fb578051906001600160a01b03821682036100fb576020810151916001600160a01b03831683036100fb576040820151606090920151906001600160401b03821682036100fb5760805260e05260c05260a052604051611575908161011482396080518181816105090152818161065a015281816108ac01528181610ef80152611344015260a05181818161119401526113b2015260c0518181816102790152610e9c015260e0518181816102d001528181610d200152610db70152f35b5f80fd5b634e487b7160e01b5f52604160045260245ffdfe6080806040526004361015610012575f80fd5b5f3560e01c9081626d6cae146113d65750806308551a5314611368578063116191b6146112fa57806311da60b41461110b57806338263e8214610d4457806339a3a99a14610ce25780633ccfd60b14610bac5780633d2c5b9114610b6c5780634423c5f114610af25780637aaefa38146108025780638f775839146107bf578063a035b1fe14610784578063a475b5dd1461029c578063af7c2a3614610244578063b40a56271461020a578063c7d6538b146101a4578063d2639dbf146101395763dfbf53ae146100e1575f80fd5b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261013557602073ffffffffffffffffffffffffffffffffffffffff60045460101c16604051908152f35b5f80fd5b346101355760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101355760043573ffffffffffffffffffffffffffffffffffffffff8116809103610135575f526001602052602060ff60405f2054166040519015158152f35b346101355760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101355760043573ffffffffffffffffffffffffffffffffffffffff8116809103610135575f526002602052602060405f2054604051908152f35b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101355760205f54604051908152f35b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101355760206040517f00000000000000000000000000000000000000000000000000000000000000008152f35b5f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101355767ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016421061075c5760ff600454166107345760035480610611575b505f5461032e610318826114f1565b9161032660405193846114a0565b8083526114f1565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe06020830191013682375f5b82518110156103bb57600161036e8261140e565b50015490835181101561038e5760019160208260051b860101520161035a565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b505f60606040516103cb81611484565b8281528260208201528260408201520152610e1067ffffffffffffffff4216019067ffffffffffffffff82116105e4576040519161040883611484565b600283526020830191620493e0835267ffffffffffffffff60408501921682526060840193338552604051957f41ba06cc00000000000000000000000000000000000000000000000000000000875260c487019060c060048901525180915260e4870192905f5b8181106105ce575050507f7aaefa380000000000000000000000000000000000000000000000000000000060248701525160038110156105a15760209467ffffffffffffffff87959463ffffffff879673ffffffffffffffffffffffffffffffffffffffff9560448901525116606487015251166084850152511660a483015203813473ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000165af1908115610596575f91610564575b50806003557f63e414cbfeae599c8bf0173052f72173257ad08c1c0b49eed829a02a936839565f80a2005b90506020813d60201161058e575b8161057f602093836114a0565b81010312610135575181610539565b3d9150610572565b6040513d5f823e3d90fd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b825185526020948501949092019160010161046f565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b604051907fad35efd4000000000000000000000000000000000000000000000000000000008252600482015260a08160248173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000165afa908115610596575f916106c9575b5060058110156105a1576004036106a15780610309565b7fb99f6e32000000000000000000000000000000000000000000000000000000005f5260045ffd5b905060a0813d60a01161072c575b816106e460a093836114a0565b810103126101355780519060058210156101355760046020820151101561013557600460408201511015610135576060015167ffffffffffffffff811603610135578161068a565b3d91506106d7565b7f8fc60d5d000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f6c586317000000000000000000000000000000000000000000000000000000005f5260045ffd5b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610135576020600554604051908152f35b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261013557602060ff60045460081c166040519015158152f35b346101355760807ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101355760243567ffffffffffffffff811161013557610851903690600401611446565b505060443567ffffffffffffffff811161013557610873903690600401611446565b60643567ffffffffffffffff811161013557610893903690600401611446565b909273ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000163303610ac6576004549160ff8316610734575f935f955f927fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe182360301935b8381106109a257887fb0c74813aa0d8b6004b57c1187b294906044c3399d8002327a737f100d33f532602073ffffffffffffffffffffffffffffffffffffffff8b60018c866005557fffffffffffffffffffff0000000000000000000000000000000000000000ff0075ffffffffffffffffffffffffffffffffffffffff00008460101b16911617176004556040519485521692a2005b6109ab8161140e565b506109b78286896114e1565b356004811015610135578383101561038e578260051b8501358781121561013557850180359067ffffffffffffffff821161013557602001813603811361013557610a0192611509565b9190158015610abe575b8015610ab1575b15610a7b5773ffffffffffffffffffffffffffffffffffffffff9150541690610a3c8186896114e1565b35916004831015610135577f85179092b70203aec4ce88ab387fb52c4e127c73bbec55af1116e51cf2c0a1dc6020600194604051908152a25b0161090b565b8a8211610a8d575b5050600190610a75565b5490995073ffffffffffffffffffffffffffffffffffffffff16975060018a610a83565b50805460a01c8211610a12565b508115610a0b565b7f99fab4c8000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b346101355760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610135576004355f5481101561013557610b3860609161140e565b50600181549101546040519173ffffffffffffffffffffffffffffffffffffffff8116835260a01c60208301526040820152f35b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261013557602060ff600454166040519015158152f35b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261013557335f52600260205260405f20548015610cba575f808080933382526002602052816040812055335af13d15610cb5573d67ffffffffffffffff8111610c885760405190610c4f60207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f84011601836114a0565b81525f60203d92013e5b15610c6057005b7f90b8ec18000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b610c59565b7f86fdb19c000000000000000000000000000000000000000000000000000000005f5260045ffd5b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261013557602060405167ffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b60407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101355760243567ffffffffffffffff811161013557366023820112156101355780600401359067ffffffffffffffff82116101355736602483830101116101355767ffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000164210156110e35760105f54146110bb57335f52600160205260ff60405f2054166110935760a8820361106b57602460a4602092335f526001845260405f2060017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff008254161790557fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f8660405197889687957f6e62937f000000000000000000000000000000000000000000000000000000008752336004880152600435828801527f000000000000000000000000000000000000000000000000000000000000000060448801526080606488015282608488015201868601375f858286010152011681010301815f73ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000165af1908115610596575f91611039575b506040516060810181811067ffffffffffffffff821117610c885760405233815260208101906bffffffffffffffffffffffff34168252604081018381525f5468010000000000000000811015610c8857806001610f8892015f5561140e565b93909361100d577fffffffffffffffffffffffff000000000000000000000000000000000000000073ffffffffffffffffffffffffffffffffffffffff60019451169182828754161786555160a01b16178355519101556040513481527fe4a81d118d35683a4504cbe9eca1a0dd6e2f0003e876407a80a0380de45e305f60203392a3005b7f4e487b71000000000000000000000000000000000000000000000000000000005f525f60045260245ffd5b90506020813d602011611063575b81611054602093836114a0565b81010312610135575181610f28565b3d9150611047565b7fb42c3587000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f0d2f0676000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f8cd9a8d9000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f36b6b46d000000000000000000000000000000000000000000000000000000005f5260045ffd5b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101355760045460ff8116156112d25760ff8160081c166112aa577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff00ff61010091161760045560055473ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000165f5260026020526111ca60405f20918254611477565b90555f5b5f5481101561125f576111e08161140e565b50549073ffffffffffffffffffffffffffffffffffffffff82169173ffffffffffffffffffffffffffffffffffffffff60045460101c1683145f146112525760a01c9160055483039283116105e457600192905b5f52600260205261124a60405f20918254611477565b9055016111ce565b9160019260a01c90611234565b73ffffffffffffffffffffffffffffffffffffffff60045460101c167f15bff754355d68fa38fb3ca8459829a807947cbf186c0f47d283d8dbbfcad5686020600554604051908152a2005b7f560ff900000000000000000000000000000000000000000000000000000000005f5260045ffd5b7f17be5b7b000000000000000000000000000000000000000000000000000000005f5260045ffd5b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261013557602060405173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261013557602060405173ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b34610135575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610135576020906003548152f35b5f5481101561038e575f80805260019190911b7f290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e5630191565b9181601f840112156101355782359167ffffffffffffffff8311610135576020808501948460051b01011161013557565b919082018092116105e457565b6080810190811067ffffffffffffffff821117610c8857604052565b90601f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0910116810190811067ffffffffffffffff821117610c8857604052565b919081101561038e5760051b0190565b67ffffffffffffffff8111610c885760051b60200190565b60048110156105a15760011480159061156a575b61156257359060208110611532575b50600191565b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff9060200360031b1b165f61152c565b50505f905f90565b50602082141561151d56",
}

// SealedBidAuction is an auto generated Go binding around an Ethereum contract.
type SealedBidAuction struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *SealedBidAuction) GetABI() abi.ABI {
	return c.abi
}

// NewSealedBidAuction creates a new instance of SealedBidAuction.
func NewSealedBidAuction() *SealedBidAuction {
	parsed, err := SealedBidAuctionMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &SealedBidAuction{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *SealedBidAuction) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address gateway_, address seller_, bytes32 keyId_, uint64 closesAt_) returns()
func (sealedBidAuction *SealedBidAuction) PackConstructor(gateway_ common.Address, seller_ common.Address, keyId_ [32]byte, closesAt_ uint64) []byte {
	enc, err := sealedBidAuction.abi.Pack("", gateway_, seller_, keyId_, closesAt_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackBid is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x38263e82.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function bid(bytes32 salt, bytes ciphertext) payable returns()
func (sealedBidAuction *SealedBidAuction) PackBid(salt [32]byte, ciphertext []byte) []byte {
	enc, err := sealedBidAuction.abi.Pack("bid", salt, ciphertext)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBid is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x38263e82.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function bid(bytes32 salt, bytes ciphertext) payable returns()
func (sealedBidAuction *SealedBidAuction) TryPackBid(salt [32]byte, ciphertext []byte) ([]byte, error) {
	return sealedBidAuction.abi.Pack("bid", salt, ciphertext)
}

// PackBidCount is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb40a5627.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function bidCount() view returns(uint256)
func (sealedBidAuction *SealedBidAuction) PackBidCount() []byte {
	enc, err := sealedBidAuction.abi.Pack("bidCount")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBidCount is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xb40a5627.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function bidCount() view returns(uint256)
func (sealedBidAuction *SealedBidAuction) TryPackBidCount() ([]byte, error) {
	return sealedBidAuction.abi.Pack("bidCount")
}

// UnpackBidCount is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xb40a5627.
//
// Solidity: function bidCount() view returns(uint256)
func (sealedBidAuction *SealedBidAuction) UnpackBidCount(data []byte) (*big.Int, error) {
	out, err := sealedBidAuction.abi.Unpack("bidCount", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackBids is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4423c5f1.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function bids(uint256 ) view returns(address bidder, uint96 deposit, bytes32 handle)
func (sealedBidAuction *SealedBidAuction) PackBids(arg0 *big.Int) []byte {
	enc, err := sealedBidAuction.abi.Pack("bids", arg0)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBids is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x4423c5f1.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function bids(uint256 ) view returns(address bidder, uint96 deposit, bytes32 handle)
func (sealedBidAuction *SealedBidAuction) TryPackBids(arg0 *big.Int) ([]byte, error) {
	return sealedBidAuction.abi.Pack("bids", arg0)
}

// BidsOutput serves as a container for the return parameters of contract
// method Bids.
type BidsOutput struct {
	Bidder  common.Address
	Deposit *big.Int
	Handle  [32]byte
}

// UnpackBids is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x4423c5f1.
//
// Solidity: function bids(uint256 ) view returns(address bidder, uint96 deposit, bytes32 handle)
func (sealedBidAuction *SealedBidAuction) UnpackBids(data []byte) (BidsOutput, error) {
	out, err := sealedBidAuction.abi.Unpack("bids", data)
	outstruct := new(BidsOutput)
	if err != nil {
		return *outstruct, err
	}
	outstruct.Bidder = *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	outstruct.Deposit = abi.ConvertType(out[1], new(big.Int)).(*big.Int)
	outstruct.Handle = *abi.ConvertType(out[2], new([32]byte)).(*[32]byte)
	return *outstruct, nil
}

// PackBidsOpened is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7aaefa38.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function bidsOpened(uint256 , bytes32[] , uint8[] statuses, bytes[] plaintexts) returns()
func (sealedBidAuction *SealedBidAuction) PackBidsOpened(arg0 *big.Int, arg1 [][32]byte, statuses []uint8, plaintexts [][]byte) []byte {
	enc, err := sealedBidAuction.abi.Pack("bidsOpened", arg0, arg1, statuses, plaintexts)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackBidsOpened is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x7aaefa38.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function bidsOpened(uint256 , bytes32[] , uint8[] statuses, bytes[] plaintexts) returns()
func (sealedBidAuction *SealedBidAuction) TryPackBidsOpened(arg0 *big.Int, arg1 [][32]byte, statuses []uint8, plaintexts [][]byte) ([]byte, error) {
	return sealedBidAuction.abi.Pack("bidsOpened", arg0, arg1, statuses, plaintexts)
}

// PackClosesAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x39a3a99a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function closesAt() view returns(uint64)
func (sealedBidAuction *SealedBidAuction) PackClosesAt() []byte {
	enc, err := sealedBidAuction.abi.Pack("closesAt")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackClosesAt is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x39a3a99a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function closesAt() view returns(uint64)
func (sealedBidAuction *SealedBidAuction) TryPackClosesAt() ([]byte, error) {
	return sealedBidAuction.abi.Pack("closesAt")
}

// UnpackClosesAt is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x39a3a99a.
//
// Solidity: function closesAt() view returns(uint64)
func (sealedBidAuction *SealedBidAuction) UnpackClosesAt(data []byte) (uint64, error) {
	out, err := sealedBidAuction.abi.Unpack("closesAt", data)
	if err != nil {
		return *new(uint64), err
	}
	out0 := *abi.ConvertType(out[0], new(uint64)).(*uint64)
	return out0, nil
}

// PackDecided is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3d2c5b91.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function decided() view returns(bool)
func (sealedBidAuction *SealedBidAuction) PackDecided() []byte {
	enc, err := sealedBidAuction.abi.Pack("decided")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDecided is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3d2c5b91.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function decided() view returns(bool)
func (sealedBidAuction *SealedBidAuction) TryPackDecided() ([]byte, error) {
	return sealedBidAuction.abi.Pack("decided")
}

// UnpackDecided is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x3d2c5b91.
//
// Solidity: function decided() view returns(bool)
func (sealedBidAuction *SealedBidAuction) UnpackDecided(data []byte) (bool, error) {
	out, err := sealedBidAuction.abi.Unpack("decided", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackDues is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc7d6538b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function dues(address account) view returns(uint256)
func (sealedBidAuction *SealedBidAuction) PackDues(account common.Address) []byte {
	enc, err := sealedBidAuction.abi.Pack("dues", account)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDues is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xc7d6538b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function dues(address account) view returns(uint256)
func (sealedBidAuction *SealedBidAuction) TryPackDues(account common.Address) ([]byte, error) {
	return sealedBidAuction.abi.Pack("dues", account)
}

// UnpackDues is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xc7d6538b.
//
// Solidity: function dues(address account) view returns(uint256)
func (sealedBidAuction *SealedBidAuction) UnpackDues(data []byte) (*big.Int, error) {
	out, err := sealedBidAuction.abi.Unpack("dues", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackGateway is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x116191b6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function gateway() view returns(address)
func (sealedBidAuction *SealedBidAuction) PackGateway() []byte {
	enc, err := sealedBidAuction.abi.Pack("gateway")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGateway is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x116191b6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function gateway() view returns(address)
func (sealedBidAuction *SealedBidAuction) TryPackGateway() ([]byte, error) {
	return sealedBidAuction.abi.Pack("gateway")
}

// UnpackGateway is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x116191b6.
//
// Solidity: function gateway() view returns(address)
func (sealedBidAuction *SealedBidAuction) UnpackGateway(data []byte) (common.Address, error) {
	out, err := sealedBidAuction.abi.Unpack("gateway", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackHasBid is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd2639dbf.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function hasBid(address bidder) view returns(bool)
func (sealedBidAuction *SealedBidAuction) PackHasBid(bidder common.Address) []byte {
	enc, err := sealedBidAuction.abi.Pack("hasBid", bidder)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackHasBid is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd2639dbf.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function hasBid(address bidder) view returns(bool)
func (sealedBidAuction *SealedBidAuction) TryPackHasBid(bidder common.Address) ([]byte, error) {
	return sealedBidAuction.abi.Pack("hasBid", bidder)
}

// UnpackHasBid is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd2639dbf.
//
// Solidity: function hasBid(address bidder) view returns(bool)
func (sealedBidAuction *SealedBidAuction) UnpackHasBid(data []byte) (bool, error) {
	out, err := sealedBidAuction.abi.Unpack("hasBid", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackKeyId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaf7c2a36.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function keyId() view returns(bytes32)
func (sealedBidAuction *SealedBidAuction) PackKeyId() []byte {
	enc, err := sealedBidAuction.abi.Pack("keyId")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackKeyId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xaf7c2a36.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function keyId() view returns(bytes32)
func (sealedBidAuction *SealedBidAuction) TryPackKeyId() ([]byte, error) {
	return sealedBidAuction.abi.Pack("keyId")
}

// UnpackKeyId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xaf7c2a36.
//
// Solidity: function keyId() view returns(bytes32)
func (sealedBidAuction *SealedBidAuction) UnpackKeyId(data []byte) ([32]byte, error) {
	out, err := sealedBidAuction.abi.Unpack("keyId", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackPrice is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa035b1fe.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function price() view returns(uint256)
func (sealedBidAuction *SealedBidAuction) PackPrice() []byte {
	enc, err := sealedBidAuction.abi.Pack("price")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackPrice is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa035b1fe.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function price() view returns(uint256)
func (sealedBidAuction *SealedBidAuction) TryPackPrice() ([]byte, error) {
	return sealedBidAuction.abi.Pack("price")
}

// UnpackPrice is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xa035b1fe.
//
// Solidity: function price() view returns(uint256)
func (sealedBidAuction *SealedBidAuction) UnpackPrice(data []byte) (*big.Int, error) {
	out, err := sealedBidAuction.abi.Unpack("price", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackRequestId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x006d6cae.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function requestId() view returns(uint256)
func (sealedBidAuction *SealedBidAuction) PackRequestId() []byte {
	enc, err := sealedBidAuction.abi.Pack("requestId")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackRequestId is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x006d6cae.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function requestId() view returns(uint256)
func (sealedBidAuction *SealedBidAuction) TryPackRequestId() ([]byte, error) {
	return sealedBidAuction.abi.Pack("requestId")
}

// UnpackRequestId is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x006d6cae.
//
// Solidity: function requestId() view returns(uint256)
func (sealedBidAuction *SealedBidAuction) UnpackRequestId(data []byte) (*big.Int, error) {
	out, err := sealedBidAuction.abi.Unpack("requestId", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackReveal is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa475b5dd.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function reveal() payable returns()
func (sealedBidAuction *SealedBidAuction) PackReveal() []byte {
	enc, err := sealedBidAuction.abi.Pack("reveal")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackReveal is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xa475b5dd.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function reveal() payable returns()
func (sealedBidAuction *SealedBidAuction) TryPackReveal() ([]byte, error) {
	return sealedBidAuction.abi.Pack("reveal")
}

// PackSeller is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x08551a53.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function seller() view returns(address)
func (sealedBidAuction *SealedBidAuction) PackSeller() []byte {
	enc, err := sealedBidAuction.abi.Pack("seller")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSeller is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x08551a53.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function seller() view returns(address)
func (sealedBidAuction *SealedBidAuction) TryPackSeller() ([]byte, error) {
	return sealedBidAuction.abi.Pack("seller")
}

// UnpackSeller is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x08551a53.
//
// Solidity: function seller() view returns(address)
func (sealedBidAuction *SealedBidAuction) UnpackSeller(data []byte) (common.Address, error) {
	out, err := sealedBidAuction.abi.Unpack("seller", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackSettle is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x11da60b4.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function settle() returns()
func (sealedBidAuction *SealedBidAuction) PackSettle() []byte {
	enc, err := sealedBidAuction.abi.Pack("settle")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSettle is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x11da60b4.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function settle() returns()
func (sealedBidAuction *SealedBidAuction) TryPackSettle() ([]byte, error) {
	return sealedBidAuction.abi.Pack("settle")
}

// PackSettled is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8f775839.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function settled() view returns(bool)
func (sealedBidAuction *SealedBidAuction) PackSettled() []byte {
	enc, err := sealedBidAuction.abi.Pack("settled")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackSettled is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x8f775839.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function settled() view returns(bool)
func (sealedBidAuction *SealedBidAuction) TryPackSettled() ([]byte, error) {
	return sealedBidAuction.abi.Pack("settled")
}

// UnpackSettled is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x8f775839.
//
// Solidity: function settled() view returns(bool)
func (sealedBidAuction *SealedBidAuction) UnpackSettled(data []byte) (bool, error) {
	out, err := sealedBidAuction.abi.Unpack("settled", data)
	if err != nil {
		return *new(bool), err
	}
	out0 := *abi.ConvertType(out[0], new(bool)).(*bool)
	return out0, nil
}

// PackWinner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdfbf53ae.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function winner() view returns(address)
func (sealedBidAuction *SealedBidAuction) PackWinner() []byte {
	enc, err := sealedBidAuction.abi.Pack("winner")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWinner is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xdfbf53ae.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function winner() view returns(address)
func (sealedBidAuction *SealedBidAuction) TryPackWinner() ([]byte, error) {
	return sealedBidAuction.abi.Pack("winner")
}

// UnpackWinner is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xdfbf53ae.
//
// Solidity: function winner() view returns(address)
func (sealedBidAuction *SealedBidAuction) UnpackWinner(data []byte) (common.Address, error) {
	out, err := sealedBidAuction.abi.Unpack("winner", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3ccfd60b.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function withdraw() returns()
func (sealedBidAuction *SealedBidAuction) PackWithdraw() []byte {
	enc, err := sealedBidAuction.abi.Pack("withdraw")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWithdraw is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x3ccfd60b.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function withdraw() returns()
func (sealedBidAuction *SealedBidAuction) TryPackWithdraw() ([]byte, error) {
	return sealedBidAuction.abi.Pack("withdraw")
}

// SealedBidAuctionAuctionDecided represents a AuctionDecided event raised by the SealedBidAuction contract.
type SealedBidAuctionAuctionDecided struct {
	Winner common.Address
	Price  *big.Int
	Raw    *types.Log // Blockchain specific contextual infos
}

const SealedBidAuctionAuctionDecidedEventName = "AuctionDecided"

// ContractEventName returns the user-defined event name.
func (SealedBidAuctionAuctionDecided) ContractEventName() string {
	return SealedBidAuctionAuctionDecidedEventName
}

// UnpackAuctionDecidedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event AuctionDecided(address indexed winner, uint256 price)
func (sealedBidAuction *SealedBidAuction) UnpackAuctionDecidedEvent(log *types.Log) (*SealedBidAuctionAuctionDecided, error) {
	event := "AuctionDecided"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != sealedBidAuction.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(SealedBidAuctionAuctionDecided)
	if len(log.Data) > 0 {
		if err := sealedBidAuction.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range sealedBidAuction.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// SealedBidAuctionAuctionSettled represents a AuctionSettled event raised by the SealedBidAuction contract.
type SealedBidAuctionAuctionSettled struct {
	Winner common.Address
	Price  *big.Int
	Raw    *types.Log // Blockchain specific contextual infos
}

const SealedBidAuctionAuctionSettledEventName = "AuctionSettled"

// ContractEventName returns the user-defined event name.
func (SealedBidAuctionAuctionSettled) ContractEventName() string {
	return SealedBidAuctionAuctionSettledEventName
}

// UnpackAuctionSettledEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event AuctionSettled(address indexed winner, uint256 price)
func (sealedBidAuction *SealedBidAuction) UnpackAuctionSettledEvent(log *types.Log) (*SealedBidAuctionAuctionSettled, error) {
	event := "AuctionSettled"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != sealedBidAuction.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(SealedBidAuctionAuctionSettled)
	if len(log.Data) > 0 {
		if err := sealedBidAuction.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range sealedBidAuction.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// SealedBidAuctionBidPlaced represents a BidPlaced event raised by the SealedBidAuction contract.
type SealedBidAuctionBidPlaced struct {
	Bidder  common.Address
	Handle  [32]byte
	Deposit *big.Int
	Raw     *types.Log // Blockchain specific contextual infos
}

const SealedBidAuctionBidPlacedEventName = "BidPlaced"

// ContractEventName returns the user-defined event name.
func (SealedBidAuctionBidPlaced) ContractEventName() string {
	return SealedBidAuctionBidPlacedEventName
}

// UnpackBidPlacedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event BidPlaced(address indexed bidder, bytes32 indexed handle, uint256 deposit)
func (sealedBidAuction *SealedBidAuction) UnpackBidPlacedEvent(log *types.Log) (*SealedBidAuctionBidPlaced, error) {
	event := "BidPlaced"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != sealedBidAuction.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(SealedBidAuctionBidPlaced)
	if len(log.Data) > 0 {
		if err := sealedBidAuction.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range sealedBidAuction.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// SealedBidAuctionBidVoid represents a BidVoid event raised by the SealedBidAuction contract.
type SealedBidAuctionBidVoid struct {
	Bidder common.Address
	Status uint8
	Raw    *types.Log // Blockchain specific contextual infos
}

const SealedBidAuctionBidVoidEventName = "BidVoid"

// ContractEventName returns the user-defined event name.
func (SealedBidAuctionBidVoid) ContractEventName() string {
	return SealedBidAuctionBidVoidEventName
}

// UnpackBidVoidEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event BidVoid(address indexed bidder, uint8 status)
func (sealedBidAuction *SealedBidAuction) UnpackBidVoidEvent(log *types.Log) (*SealedBidAuctionBidVoid, error) {
	event := "BidVoid"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != sealedBidAuction.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(SealedBidAuctionBidVoid)
	if len(log.Data) > 0 {
		if err := sealedBidAuction.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range sealedBidAuction.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// SealedBidAuctionRevealRequested represents a RevealRequested event raised by the SealedBidAuction contract.
type SealedBidAuctionRevealRequested struct {
	RequestId *big.Int
	Raw       *types.Log // Blockchain specific contextual infos
}

const SealedBidAuctionRevealRequestedEventName = "RevealRequested"

// ContractEventName returns the user-defined event name.
func (SealedBidAuctionRevealRequested) ContractEventName() string {
	return SealedBidAuctionRevealRequestedEventName
}

// UnpackRevealRequestedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event RevealRequested(uint256 indexed requestId)
func (sealedBidAuction *SealedBidAuction) UnpackRevealRequestedEvent(log *types.Log) (*SealedBidAuctionRevealRequested, error) {
	event := "RevealRequested"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != sealedBidAuction.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(SealedBidAuctionRevealRequested)
	if len(log.Data) > 0 {
		if err := sealedBidAuction.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range sealedBidAuction.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (sealedBidAuction *SealedBidAuction) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["AlreadyBid"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackAlreadyBidError(raw[4:])
	}
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["AlreadyDecided"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackAlreadyDecidedError(raw[4:])
	}
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["AlreadySettled"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackAlreadySettledError(raw[4:])
	}
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["AuctionClosed"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackAuctionClosedError(raw[4:])
	}
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["AuctionFull"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackAuctionFullError(raw[4:])
	}
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["AuctionStillOpen"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackAuctionStillOpenError(raw[4:])
	}
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["BidSizeWrong"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackBidSizeWrongError(raw[4:])
	}
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["GatewayClientOnlyGateway"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackGatewayClientOnlyGatewayError(raw[4:])
	}
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["NotDecided"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackNotDecidedError(raw[4:])
	}
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["NothingDue"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackNothingDueError(raw[4:])
	}
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["RevealPending"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackRevealPendingError(raw[4:])
	}
	if bytes.Equal(raw[:4], sealedBidAuction.abi.Errors["TransferFailed"].ID.Bytes()[:4]) {
		return sealedBidAuction.UnpackTransferFailedError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// SealedBidAuctionAlreadyBid represents a AlreadyBid error raised by the SealedBidAuction contract.
type SealedBidAuctionAlreadyBid struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AlreadyBid()
func SealedBidAuctionAlreadyBidErrorID() common.Hash {
	return common.HexToHash("0x0d2f0676e05967cfdc2deca423f747f602cc2ffb573240c00a72ac89e8e7c06a")
}

// UnpackAlreadyBidError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AlreadyBid()
func (sealedBidAuction *SealedBidAuction) UnpackAlreadyBidError(raw []byte) (*SealedBidAuctionAlreadyBid, error) {
	out := new(SealedBidAuctionAlreadyBid)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "AlreadyBid", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionAlreadyDecided represents a AlreadyDecided error raised by the SealedBidAuction contract.
type SealedBidAuctionAlreadyDecided struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AlreadyDecided()
func SealedBidAuctionAlreadyDecidedErrorID() common.Hash {
	return common.HexToHash("0x8fc60d5de8a264c7f40e3e1b3c8556bdbf8ce2c7140cc09bbaf745a0b05f1f1d")
}

// UnpackAlreadyDecidedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AlreadyDecided()
func (sealedBidAuction *SealedBidAuction) UnpackAlreadyDecidedError(raw []byte) (*SealedBidAuctionAlreadyDecided, error) {
	out := new(SealedBidAuctionAlreadyDecided)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "AlreadyDecided", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionAlreadySettled represents a AlreadySettled error raised by the SealedBidAuction contract.
type SealedBidAuctionAlreadySettled struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AlreadySettled()
func SealedBidAuctionAlreadySettledErrorID() common.Hash {
	return common.HexToHash("0x560ff9008ab0d89403f103ee2cd475e901636532247fbd507d24749c29264d99")
}

// UnpackAlreadySettledError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AlreadySettled()
func (sealedBidAuction *SealedBidAuction) UnpackAlreadySettledError(raw []byte) (*SealedBidAuctionAlreadySettled, error) {
	out := new(SealedBidAuctionAlreadySettled)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "AlreadySettled", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionAuctionClosed represents a AuctionClosed error raised by the SealedBidAuction contract.
type SealedBidAuctionAuctionClosed struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AuctionClosed()
func SealedBidAuctionAuctionClosedErrorID() common.Hash {
	return common.HexToHash("0x36b6b46dc27de0e2e7407f09bfad8e27b837c2ce3153a08fdebf9279d2cd22b7")
}

// UnpackAuctionClosedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AuctionClosed()
func (sealedBidAuction *SealedBidAuction) UnpackAuctionClosedError(raw []byte) (*SealedBidAuctionAuctionClosed, error) {
	out := new(SealedBidAuctionAuctionClosed)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "AuctionClosed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionAuctionFull represents a AuctionFull error raised by the SealedBidAuction contract.
type SealedBidAuctionAuctionFull struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AuctionFull()
func SealedBidAuctionAuctionFullErrorID() common.Hash {
	return common.HexToHash("0x8cd9a8d941ac508e7110b0e82d6633250bb0901d15ba50a8eada890962ee82a9")
}

// UnpackAuctionFullError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AuctionFull()
func (sealedBidAuction *SealedBidAuction) UnpackAuctionFullError(raw []byte) (*SealedBidAuctionAuctionFull, error) {
	out := new(SealedBidAuctionAuctionFull)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "AuctionFull", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionAuctionStillOpen represents a AuctionStillOpen error raised by the SealedBidAuction contract.
type SealedBidAuctionAuctionStillOpen struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error AuctionStillOpen()
func SealedBidAuctionAuctionStillOpenErrorID() common.Hash {
	return common.HexToHash("0x6c5863172f76d9df397dae4a73f5e4b3515b1a79f7bf9b1211db7c1f70125d44")
}

// UnpackAuctionStillOpenError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error AuctionStillOpen()
func (sealedBidAuction *SealedBidAuction) UnpackAuctionStillOpenError(raw []byte) (*SealedBidAuctionAuctionStillOpen, error) {
	out := new(SealedBidAuctionAuctionStillOpen)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "AuctionStillOpen", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionBidSizeWrong represents a BidSizeWrong error raised by the SealedBidAuction contract.
type SealedBidAuctionBidSizeWrong struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error BidSizeWrong()
func SealedBidAuctionBidSizeWrongErrorID() common.Hash {
	return common.HexToHash("0xb42c3587ca1a0b26caa3a26ae52d0e02a098d33ac572382c887be3e4409802fe")
}

// UnpackBidSizeWrongError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error BidSizeWrong()
func (sealedBidAuction *SealedBidAuction) UnpackBidSizeWrongError(raw []byte) (*SealedBidAuctionBidSizeWrong, error) {
	out := new(SealedBidAuctionBidSizeWrong)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "BidSizeWrong", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionGatewayClientOnlyGateway represents a GatewayClientOnlyGateway error raised by the SealedBidAuction contract.
type SealedBidAuctionGatewayClientOnlyGateway struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayClientOnlyGateway(address caller)
func SealedBidAuctionGatewayClientOnlyGatewayErrorID() common.Hash {
	return common.HexToHash("0x99fab4c8c3ba2e7b1a5306a849e46ac598c97e849b737f93ee7e1cd4a7acc590")
}

// UnpackGatewayClientOnlyGatewayError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayClientOnlyGateway(address caller)
func (sealedBidAuction *SealedBidAuction) UnpackGatewayClientOnlyGatewayError(raw []byte) (*SealedBidAuctionGatewayClientOnlyGateway, error) {
	out := new(SealedBidAuctionGatewayClientOnlyGateway)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "GatewayClientOnlyGateway", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionNotDecided represents a NotDecided error raised by the SealedBidAuction contract.
type SealedBidAuctionNotDecided struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NotDecided()
func SealedBidAuctionNotDecidedErrorID() common.Hash {
	return common.HexToHash("0x17be5b7bc85784006da64301faaa7e1813a6b818391cb758dc12e1db9010f926")
}

// UnpackNotDecidedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NotDecided()
func (sealedBidAuction *SealedBidAuction) UnpackNotDecidedError(raw []byte) (*SealedBidAuctionNotDecided, error) {
	out := new(SealedBidAuctionNotDecided)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "NotDecided", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionNothingDue represents a NothingDue error raised by the SealedBidAuction contract.
type SealedBidAuctionNothingDue struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NothingDue()
func SealedBidAuctionNothingDueErrorID() common.Hash {
	return common.HexToHash("0x86fdb19c22b5459ff505772dc0cccf970e16029c15b56aa5534340b6e2ac90f7")
}

// UnpackNothingDueError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NothingDue()
func (sealedBidAuction *SealedBidAuction) UnpackNothingDueError(raw []byte) (*SealedBidAuctionNothingDue, error) {
	out := new(SealedBidAuctionNothingDue)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "NothingDue", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionRevealPending represents a RevealPending error raised by the SealedBidAuction contract.
type SealedBidAuctionRevealPending struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error RevealPending()
func SealedBidAuctionRevealPendingErrorID() common.Hash {
	return common.HexToHash("0xb99f6e324abe82215b939496bd3767cb8d64e05f8cb2aa1b0680a66e4965fc82")
}

// UnpackRevealPendingError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error RevealPending()
func (sealedBidAuction *SealedBidAuction) UnpackRevealPendingError(raw []byte) (*SealedBidAuctionRevealPending, error) {
	out := new(SealedBidAuctionRevealPending)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "RevealPending", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SealedBidAuctionTransferFailed represents a TransferFailed error raised by the SealedBidAuction contract.
type SealedBidAuctionTransferFailed struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error TransferFailed()
func SealedBidAuctionTransferFailedErrorID() common.Hash {
	return common.HexToHash("0x90b8ec1877afffd816d05d9b13947f3ff18ec5851c38bad15ec2b710f92391b1")
}

// UnpackTransferFailedError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error TransferFailed()
func (sealedBidAuction *SealedBidAuction) UnpackTransferFailedError(raw []byte) (*SealedBidAuctionTransferFailed, error) {
	out := new(SealedBidAuctionTransferFailed)
	if err := sealedBidAuction.abi.UnpackIntoInterface(out, "TransferFailed", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SecretNoteMetaData contains all meta data concerning the SecretNote contract.
var SecretNoteMetaData = bind.MetaData{
	ABI: "[{\"inputs\":[{\"internalType\":\"contractIGateway\",\"name\":\"gateway_\",\"type\":\"address\"}],\"stateMutability\":\"nonpayable\",\"type\":\"constructor\"},{\"inputs\":[{\"internalType\":\"address\",\"name\":\"caller\",\"type\":\"address\"}],\"name\":\"GatewayClientOnlyGateway\",\"type\":\"error\"},{\"inputs\":[],\"name\":\"NoSuchNote\",\"type\":\"error\"},{\"anonymous\":false,\"inputs\":[{\"indexed\":true,\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"indexed\":true,\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"},{\"indexed\":false,\"internalType\":\"enumStatus\",\"name\":\"status\",\"type\":\"uint8\"},{\"indexed\":false,\"internalType\":\"bytes\",\"name\":\"note\",\"type\":\"bytes\"}],\"name\":\"NoteOpened\",\"type\":\"event\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"name\":\"digestOf\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"\",\"type\":\"bytes32\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[],\"name\":\"gateway\",\"outputs\":[{\"internalType\":\"contractIGateway\",\"name\":\"\",\"type\":\"address\"}],\"stateMutability\":\"view\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"},{\"internalType\":\"bytes32[]\",\"name\":\"handles\",\"type\":\"bytes32[]\"},{\"internalType\":\"enumStatus[]\",\"name\":\"statuses\",\"type\":\"uint8[]\"},{\"internalType\":\"bytes[]\",\"name\":\"plaintexts\",\"type\":\"bytes[]\"}],\"name\":\"noteOpened\",\"outputs\":[],\"stateMutability\":\"nonpayable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"salt\",\"type\":\"bytes32\"}],\"name\":\"open\",\"outputs\":[{\"internalType\":\"uint256\",\"name\":\"requestId\",\"type\":\"uint256\"}],\"stateMutability\":\"payable\",\"type\":\"function\"},{\"inputs\":[{\"internalType\":\"bytes32\",\"name\":\"salt\",\"type\":\"bytes32\"},{\"internalType\":\"bytes32\",\"name\":\"keyId\",\"type\":\"bytes32\"},{\"internalType\":\"bytes\",\"name\":\"ciphertext\",\"type\":\"bytes\"}],\"name\":\"write\",\"outputs\":[{\"internalType\":\"bytes32\",\"name\":\"handle\",\"type\":\"bytes32\"}],\"stateMutability\":\"nonpayable\",\"type\":\"function\"}]",
	ID:  "SecretNote",
	Bin: "0x60a03461007f57601f610a5b38819003918201601f19168301916001600160401b038311848410176100835780849260209460405283398101031261007f57516001600160a01b038116810361007f576080526040516109c3908161009882396080518181816101350152818161022f0152818161067f015261086d0152f35b5f80fd5b634e487b7160e01b5f52604160045260245ffdfe6080806040526004361015610012575f80fd5b5f3560e01c908163116191b614610825575080632020b8a5146105d55780636901eb1e1461058e578063d3b3f73a146101b15763f373ddac14610053575f80fd5b3461019a5760607ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261019a5760443567ffffffffffffffff811161019a573660238201121561019a57806004013567ffffffffffffffff811161019a57366024828401011161019a5761011b9160209160405193849283927f6e62937f00000000000000000000000000000000000000000000000000000000845233600485015260043560248501526024356044850152608060648501526024608485019201610978565b03815f73ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000165af180156101a6575f9061016f575b602090604051908152f35b506020813d60201161019e575b8161018960209383610937565b8101031261019a5760209051610164565b5f80fd5b3d915061017c565b6040513d5f823e3d90fd5b60207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261019a5760408051906101ea8183610937565b60018252602082017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0820136823773ffffffffffffffffffffffffffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001682517faa68d7740000000000000000000000000000000000000000000000000000000081523060048201523360248201526004356044820152602081606481855afa908115610552575f9161055c575b508351907f0c1a880a0000000000000000000000000000000000000000000000000000000082526004820152602081602481855afa908115610552575f91610520575b506102ec856109b6565b526102f6846109b6565b51156104f8575f6060845161030a8161091b565b82815282602082015282868201520152610e1067ffffffffffffffff4216019067ffffffffffffffff82116104cb578351916103458361091b565b600183526020830190620186a0825267ffffffffffffffff8685019116815260608401933385528651977f41ba06cc00000000000000000000000000000000000000000000000000000000895260c489019060c060048b01525180915260e4890196905f5b8181106104b5575050507f2020b8a5000000000000000000000000000000000000000000000000000000006024890152519460038610156104885773ffffffffffffffffffffffffffffffffffffffff889567ffffffffffffffff87959463ffffffff879660209b60448901525116606487015251166084850152511660a4830152039134905af190811561047f575f9161044a575b6020925051908152f35b90506020823d602011610477575b8161046560209383610937565b8101031261019a576020915190610440565b3d9150610458565b513d5f823e3d90fd5b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b82518952602098890198909201916001016103aa565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b7fae1055b2000000000000000000000000000000000000000000000000000000005f5260045ffd5b90506020813d60201161054a575b8161053b60209383610937565b8101031261019a5751856102e2565b3d915061052e565b84513d5f823e3d90fd5b90506020813d602011610586575b8161057760209383610937565b8101031261019a57518561029f565b3d915061056a565b3461019a5760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261019a576004355f525f602052602060405f2054604051908152f35b3461019a5760807ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261019a5760243567ffffffffffffffff811161019a57610624903690600401610891565b9060443567ffffffffffffffff811161019a57610645903690600401610891565b60643567ffffffffffffffff811161019a57610665903690600401610891565b92909173ffffffffffffffffffffffffffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001633036107f95715610718573593600485101561019a5760018514610745575b15610718577f3e711fcd2f42b6efde5d99e1ed4a2ddfb91177799d69acca15676183a642a177916106ee916108c2565b9290936107136040519283928352604060208401523595600435956040840191610978565b0390a3005b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b61074f83836108c2565b67ffffffffffffffff81116107cc576040519061079460207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f8401160183610937565b8082526020820192368282011161019a57815f9260209286378301015251902081156107185784355f525f60205260405f20556106be565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b7f99fab4c8000000000000000000000000000000000000000000000000000000005f523360045260245ffd5b3461019a575f7ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc36011261019a5760209073ffffffffffffffffffffffffffffffffffffffff7f0000000000000000000000000000000000000000000000000000000000000000168152f35b9181601f8401121561019a5782359167ffffffffffffffff831161019a576020808501948460051b01011161019a57565b9015610718578035907fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18136030182121561019a57019081359167ffffffffffffffff831161019a57602001823603811361019a579190565b6080810190811067ffffffffffffffff8211176107cc57604052565b90601f7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0910116810190811067ffffffffffffffff8211176107cc57604052565b601f82602094937fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe093818652868601375f8582860101520116010190565b805115610718576020019056",
}

// SecretNote is an auto generated Go binding around an Ethereum contract.
type SecretNote struct {
	abi abi.ABI
}

// GetABI returns the ABI associated with this contract binding.
func (c *SecretNote) GetABI() abi.ABI {
	return c.abi
}

// NewSecretNote creates a new instance of SecretNote.
func NewSecretNote() *SecretNote {
	parsed, err := SecretNoteMetaData.ParseABI()
	if err != nil {
		panic(errors.New("invalid ABI: " + err.Error()))
	}
	return &SecretNote{abi: *parsed}
}

// Instance creates a wrapper for a deployed contract instance at the given address.
// Use this to create the instance object passed to abigen v2 library functions Call, Transact, etc.
func (c *SecretNote) Instance(backend bind.ContractBackend, addr common.Address) *bind.BoundContract {
	return bind.NewBoundContract(addr, c.abi, backend, backend, backend)
}

// PackConstructor is the Go binding used to pack the parameters required for
// contract deployment.
//
// Solidity: constructor(address gateway_) returns()
func (secretNote *SecretNote) PackConstructor(gateway_ common.Address) []byte {
	enc, err := secretNote.abi.Pack("", gateway_)
	if err != nil {
		panic(err)
	}
	return enc
}

// PackDigestOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6901eb1e.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function digestOf(bytes32 handle) view returns(bytes32)
func (secretNote *SecretNote) PackDigestOf(handle [32]byte) []byte {
	enc, err := secretNote.abi.Pack("digestOf", handle)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackDigestOf is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x6901eb1e.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function digestOf(bytes32 handle) view returns(bytes32)
func (secretNote *SecretNote) TryPackDigestOf(handle [32]byte) ([]byte, error) {
	return secretNote.abi.Pack("digestOf", handle)
}

// UnpackDigestOf is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x6901eb1e.
//
// Solidity: function digestOf(bytes32 handle) view returns(bytes32)
func (secretNote *SecretNote) UnpackDigestOf(data []byte) ([32]byte, error) {
	out, err := secretNote.abi.Unpack("digestOf", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// PackGateway is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x116191b6.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function gateway() view returns(address)
func (secretNote *SecretNote) PackGateway() []byte {
	enc, err := secretNote.abi.Pack("gateway")
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackGateway is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x116191b6.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function gateway() view returns(address)
func (secretNote *SecretNote) TryPackGateway() ([]byte, error) {
	return secretNote.abi.Pack("gateway")
}

// UnpackGateway is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0x116191b6.
//
// Solidity: function gateway() view returns(address)
func (secretNote *SecretNote) UnpackGateway(data []byte) (common.Address, error) {
	out, err := secretNote.abi.Unpack("gateway", data)
	if err != nil {
		return *new(common.Address), err
	}
	out0 := *abi.ConvertType(out[0], new(common.Address)).(*common.Address)
	return out0, nil
}

// PackNoteOpened is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2020b8a5.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function noteOpened(uint256 requestId, bytes32[] handles, uint8[] statuses, bytes[] plaintexts) returns()
func (secretNote *SecretNote) PackNoteOpened(requestId *big.Int, handles [][32]byte, statuses []uint8, plaintexts [][]byte) []byte {
	enc, err := secretNote.abi.Pack("noteOpened", requestId, handles, statuses, plaintexts)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackNoteOpened is the Go binding used to pack the parameters required for calling
// the contract method with ID 0x2020b8a5.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function noteOpened(uint256 requestId, bytes32[] handles, uint8[] statuses, bytes[] plaintexts) returns()
func (secretNote *SecretNote) TryPackNoteOpened(requestId *big.Int, handles [][32]byte, statuses []uint8, plaintexts [][]byte) ([]byte, error) {
	return secretNote.abi.Pack("noteOpened", requestId, handles, statuses, plaintexts)
}

// PackOpen is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd3b3f73a.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function open(bytes32 salt) payable returns(uint256 requestId)
func (secretNote *SecretNote) PackOpen(salt [32]byte) []byte {
	enc, err := secretNote.abi.Pack("open", salt)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackOpen is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xd3b3f73a.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function open(bytes32 salt) payable returns(uint256 requestId)
func (secretNote *SecretNote) TryPackOpen(salt [32]byte) ([]byte, error) {
	return secretNote.abi.Pack("open", salt)
}

// UnpackOpen is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xd3b3f73a.
//
// Solidity: function open(bytes32 salt) payable returns(uint256 requestId)
func (secretNote *SecretNote) UnpackOpen(data []byte) (*big.Int, error) {
	out, err := secretNote.abi.Unpack("open", data)
	if err != nil {
		return new(big.Int), err
	}
	out0 := abi.ConvertType(out[0], new(big.Int)).(*big.Int)
	return out0, nil
}

// PackWrite is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf373ddac.  This method will panic if any
// invalid/nil inputs are passed.
//
// Solidity: function write(bytes32 salt, bytes32 keyId, bytes ciphertext) returns(bytes32 handle)
func (secretNote *SecretNote) PackWrite(salt [32]byte, keyId [32]byte, ciphertext []byte) []byte {
	enc, err := secretNote.abi.Pack("write", salt, keyId, ciphertext)
	if err != nil {
		panic(err)
	}
	return enc
}

// TryPackWrite is the Go binding used to pack the parameters required for calling
// the contract method with ID 0xf373ddac.  This method will return an error
// if any inputs are invalid/nil.
//
// Solidity: function write(bytes32 salt, bytes32 keyId, bytes ciphertext) returns(bytes32 handle)
func (secretNote *SecretNote) TryPackWrite(salt [32]byte, keyId [32]byte, ciphertext []byte) ([]byte, error) {
	return secretNote.abi.Pack("write", salt, keyId, ciphertext)
}

// UnpackWrite is the Go binding that unpacks the parameters returned
// from invoking the contract method with ID 0xf373ddac.
//
// Solidity: function write(bytes32 salt, bytes32 keyId, bytes ciphertext) returns(bytes32 handle)
func (secretNote *SecretNote) UnpackWrite(data []byte) ([32]byte, error) {
	out, err := secretNote.abi.Unpack("write", data)
	if err != nil {
		return *new([32]byte), err
	}
	out0 := *abi.ConvertType(out[0], new([32]byte)).(*[32]byte)
	return out0, nil
}

// SecretNoteNoteOpened represents a NoteOpened event raised by the SecretNote contract.
type SecretNoteNoteOpened struct {
	RequestId *big.Int
	Handle    [32]byte
	Status    uint8
	Note      []byte
	Raw       *types.Log // Blockchain specific contextual infos
}

const SecretNoteNoteOpenedEventName = "NoteOpened"

// ContractEventName returns the user-defined event name.
func (SecretNoteNoteOpened) ContractEventName() string {
	return SecretNoteNoteOpenedEventName
}

// UnpackNoteOpenedEvent is the Go binding that unpacks the event data emitted
// by contract.
//
// Solidity: event NoteOpened(uint256 indexed requestId, bytes32 indexed handle, uint8 status, bytes note)
func (secretNote *SecretNote) UnpackNoteOpenedEvent(log *types.Log) (*SecretNoteNoteOpened, error) {
	event := "NoteOpened"
	if len(log.Topics) == 0 {
		return nil, bind.ErrNoEventSignature
	}
	if log.Topics[0] != secretNote.abi.Events[event].ID {
		return nil, bind.ErrEventSignatureMismatch
	}
	out := new(SecretNoteNoteOpened)
	if len(log.Data) > 0 {
		if err := secretNote.abi.UnpackIntoInterface(out, event, log.Data); err != nil {
			return nil, err
		}
	}
	var indexed abi.Arguments
	for _, arg := range secretNote.abi.Events[event].Inputs {
		if arg.Indexed {
			indexed = append(indexed, arg)
		}
	}
	if err := abi.ParseTopics(out, indexed, log.Topics[1:]); err != nil {
		return nil, err
	}
	out.Raw = log
	return out, nil
}

// UnpackError attempts to decode the provided error data using user-defined
// error definitions.
func (secretNote *SecretNote) UnpackError(raw []byte) (any, error) {
	if bytes.Equal(raw[:4], secretNote.abi.Errors["GatewayClientOnlyGateway"].ID.Bytes()[:4]) {
		return secretNote.UnpackGatewayClientOnlyGatewayError(raw[4:])
	}
	if bytes.Equal(raw[:4], secretNote.abi.Errors["NoSuchNote"].ID.Bytes()[:4]) {
		return secretNote.UnpackNoSuchNoteError(raw[4:])
	}
	return nil, errors.New("Unknown error")
}

// SecretNoteGatewayClientOnlyGateway represents a GatewayClientOnlyGateway error raised by the SecretNote contract.
type SecretNoteGatewayClientOnlyGateway struct {
	Caller common.Address
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error GatewayClientOnlyGateway(address caller)
func SecretNoteGatewayClientOnlyGatewayErrorID() common.Hash {
	return common.HexToHash("0x99fab4c8c3ba2e7b1a5306a849e46ac598c97e849b737f93ee7e1cd4a7acc590")
}

// UnpackGatewayClientOnlyGatewayError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error GatewayClientOnlyGateway(address caller)
func (secretNote *SecretNote) UnpackGatewayClientOnlyGatewayError(raw []byte) (*SecretNoteGatewayClientOnlyGateway, error) {
	out := new(SecretNoteGatewayClientOnlyGateway)
	if err := secretNote.abi.UnpackIntoInterface(out, "GatewayClientOnlyGateway", raw); err != nil {
		return nil, err
	}
	return out, nil
}

// SecretNoteNoSuchNote represents a NoSuchNote error raised by the SecretNote contract.
type SecretNoteNoSuchNote struct {
}

// ErrorID returns the hash of canonical representation of the error's signature.
//
// Solidity: error NoSuchNote()
func SecretNoteNoSuchNoteErrorID() common.Hash {
	return common.HexToHash("0xae1055b22cd8d90ec5f65e6057fc86b2423855636b1f78d077530a2217ad0e71")
}

// UnpackNoSuchNoteError is the Go binding used to decode the provided
// error data into the corresponding Go error struct.
//
// Solidity: error NoSuchNote()
func (secretNote *SecretNote) UnpackNoSuchNoteError(raw []byte) (*SecretNoteNoSuchNote, error) {
	out := new(SecretNoteNoSuchNote)
	if err := secretNote.abi.UnpackIntoInterface(out, "NoSuchNote", raw); err != nil {
		return nil, err
	}
	return out, nil
}
