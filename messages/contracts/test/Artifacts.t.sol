// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

import {Test} from "./Test.sol";

/// @title ArtifactsTest
/// @notice The committed artefacts, which Go deploys, are the code that is tested here.
contract ArtifactsTest is Test {
    function test_theCommittedBytecodeIsWhatForgeCompiles() public view {
        string[4] memory names = ["GatewayContract", "KMSRegistry", "SealedBidAuction", "SecretNote"];
        for (uint256 i; i < names.length; ++i) {
            string memory json = vm.readFile(string.concat("artifacts/", names[i], ".json"));
            bytes memory committed = vm.parseJsonBytes(json, ".bytecode");
            bytes memory compiled = vm.getCode(string.concat(names[i], ".sol:", names[i]));
            assertEq(committed, compiled, names[i]);
        }
    }
}
