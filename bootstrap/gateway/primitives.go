package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"kmsgateway/crypto/bls"
	"kmsgateway/crypto/vetkd"
	"kmsgateway/messages"
)

// maxInput bounds a hex argument read from a file or standard input, in bytes of hex.
const maxInput = 1 << 20

// hexHelp is shown by every command that takes hex.
const hexHelp = "HEX is hexadecimal, with or without 0x; @file reads a file, - standard input. " +
	"HEX on the command line is visible to other users: use it for test data only."

// errDoesNotVerify is a verification that says no.
var errDoesNotVerify = errors.New("the key does not verify")

func keyCommand() *cobra.Command {
	key := &cobra.Command{Use: "key", Short: "Work with keys", Args: cobra.NoArgs}
	var mpk, appID, context string
	derive := &cobra.Command{
		Use:   "derive --mpk HEX --app-id HEX [--context TEXT]",
		Short: "Derive an application's public key from a master public key",
		Long:  "Prints the derived public key, 96 bytes compressed G2, in hex. " + hexHelp,
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			master, err := publicKeyArg(cmd, "mpk", mpk)
			if err != nil {
				return err
			}
			app, err := hexArg(cmd, "app-id", appID)
			if err != nil {
				return err
			}
			derived, err := vetkd.Derive(master, app, context)
			if err != nil {
				return malformed("mpk", err.Error())
			}
			point := derived.Key().Bytes()
			return printHex(cmd, point[:])
		},
	}
	derive.Flags().StringVar(&mpk, "mpk", "", "master public key, 96 bytes")
	derive.Flags().StringVar(&appID, "app-id", "", "application id, any length")
	derive.Flags().StringVar(&context, "context", "", "context, text; empty leaves the app's key")
	require(derive, "mpk", "app-id")
	key.AddCommand(derive)
	return key
}

func encryptCommand() *cobra.Command {
	var dpk, identity, seed, message string
	encrypt := &cobra.Command{
		Use:   "encrypt --dpk HEX --identity HEX [--seed HEX] --message-hex HEX",
		Short: "Encrypt a message to an identity under a derived public key",
		Long:  "Prints the ciphertext in hex. Without --seed a fresh one is drawn. " + hexHelp,
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			key, err := publicKeyArg(cmd, "dpk", dpk)
			if err != nil {
				return err
			}
			id, err := hexArg(cmd, "identity", identity)
			if err != nil {
				return err
			}
			plaintext, err := hexArg(cmd, "message-hex", message)
			if err != nil {
				return err
			}
			drawn, err := seedArg(cmd, seed)
			if err != nil {
				return err
			}
			ciphertext, err := vetkd.Encrypt(key, id, drawn, plaintext)
			if err != nil {
				return malformed("message-hex", err.Error())
			}
			return printHex(cmd, ciphertext.Bytes())
		},
	}
	encrypt.Flags().StringVar(&dpk, "dpk", "", "derived public key, 96 bytes")
	encrypt.Flags().StringVar(&identity, "identity", "", "identity, any length")
	encrypt.Flags().StringVar(&seed, "seed", "", "seed, exactly 32 bytes; for tests")
	encrypt.Flags().StringVar(&message, "message-hex", "", "message, any length")
	require(encrypt, "dpk", "identity", "message-hex")
	return encrypt
}

func decryptCommand() *cobra.Command {
	var key, ciphertext string
	decrypt := &cobra.Command{
		Use:   "decrypt --key HEX --ciphertext HEX",
		Short: "Open a ciphertext with the decryption key of its identity",
		Long:  `Prints {"plaintext":"HEX","seed":"HEX"}. ` + hexHelp,
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			secret, err := signatureArg(cmd, "key", key)
			if err != nil {
				return err
			}
			raw, err := hexArg(cmd, "ciphertext", ciphertext)
			if err != nil {
				return err
			}
			parsed, err := vetkd.ParseCiphertext(raw)
			if err != nil {
				return malformed("ciphertext", err.Error())
			}
			opening, err := vetkd.Decrypt(secret, parsed)
			if err != nil {
				return err
			}
			seed := opening.Seed()
			return json.NewEncoder(cmd.OutOrStdout()).Encode(struct {
				Plaintext string `json:"plaintext"`
				Seed      string `json:"seed"`
			}{hex.EncodeToString(opening.Plaintext()), hex.EncodeToString(seed[:])})
		},
	}
	decrypt.Flags().StringVar(&key, "key", "", "decryption key, 48 bytes")
	decrypt.Flags().StringVar(&ciphertext, "ciphertext", "", "ciphertext")
	require(decrypt, "key", "ciphertext")
	return decrypt
}

func verifyCommand() *cobra.Command {
	var dpk, identity, key string
	verify := &cobra.Command{
		Use:   "verify --dpk HEX --identity HEX --key HEX",
		Short: "Check that a key is the decryption key of an identity",
		Long:  "Exits 0 where it is and 1 where it is not. " + hexHelp,
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			public, err := publicKeyArg(cmd, "dpk", dpk)
			if err != nil {
				return err
			}
			id, err := hexArg(cmd, "identity", identity)
			if err != nil {
				return err
			}
			signature, err := signatureArg(cmd, "key", key)
			if err != nil {
				return err
			}
			hash, err := bls.HashAugmented(public, id)
			if err != nil {
				return malformed("identity", err.Error())
			}
			if !bls.Verify(public, hash, signature) {
				return errDoesNotVerify
			}
			return nil
		},
	}
	verify.Flags().StringVar(&dpk, "dpk", "", "derived public key, 96 bytes")
	verify.Flags().StringVar(&identity, "identity", "", "identity, any length")
	verify.Flags().StringVar(&key, "key", "", "decryption key, 48 bytes")
	require(verify, "dpk", "identity", "key")
	return verify
}

// require marks flags as required; the names are those just declared.
func require(cmd *cobra.Command, flags ...string) {
	for _, flag := range flags {
		cobra.CheckErr(cmd.MarkFlagRequired(flag))
	}
}

func malformed(flag, problem string) error {
	return messages.MalformedField("--"+flag, problem)
}

func hexArg(cmd *cobra.Command, flag, value string) ([]byte, error) {
	text := []byte(value)
	var err error
	switch {
	case value == "-":
		text, err = io.ReadAll(io.LimitReader(cmd.InOrStdin(), maxInput+1))
	case strings.HasPrefix(value, "@"):
		text, err = readFile(value[1:])
	}
	if err != nil {
		return nil, malformed(flag, err.Error())
	}
	if len(text) > maxInput {
		return nil, malformed(flag, fmt.Sprintf("longer than %d digits", maxInput))
	}
	text = bytes.TrimPrefix(bytes.TrimSpace(text), []byte("0x"))
	raw := make([]byte, hex.DecodedLen(len(text)))
	if _, err := hex.Decode(raw, text); err != nil {
		return nil, malformed(flag, "not hexadecimal")
	}
	return raw, nil
}

func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // read only: nothing can be lost
	return io.ReadAll(io.LimitReader(file, maxInput+1))
}

func publicKeyArg(cmd *cobra.Command, flag, value string) (bls.PublicKey, error) {
	raw, err := hexArg(cmd, flag, value)
	if err != nil {
		return bls.PublicKey{}, err
	}
	key, err := bls.ParsePublicKey(raw)
	if err != nil {
		return bls.PublicKey{}, malformed(flag, "not a valid public key of 96 bytes")
	}
	return key, nil
}

func signatureArg(cmd *cobra.Command, flag, value string) (bls.Signature, error) {
	raw, err := hexArg(cmd, flag, value)
	if err != nil {
		return bls.Signature{}, err
	}
	signature, err := bls.ParseSignature(raw)
	if err != nil {
		return bls.Signature{}, malformed(flag, "not a valid point of 48 bytes")
	}
	return signature, nil
}

func seedArg(cmd *cobra.Command, value string) (vetkd.Seed, error) {
	if !cmd.Flags().Changed("seed") {
		return vetkd.NewSeed(rand.Reader)
	}
	raw, err := hexArg(cmd, "seed", value)
	if err != nil {
		return vetkd.Seed{}, err
	}
	if len(raw) != len(vetkd.Seed{}) {
		return vetkd.Seed{}, malformed("seed", "want exactly 32 bytes")
	}
	return vetkd.Seed(raw), nil
}

func printHex(cmd *cobra.Command, b []byte) error {
	_, err := fmt.Fprintln(cmd.OutOrStdout(), hex.EncodeToString(b))
	return err
}
