//go:build tools

package network

import _ "github.com/ethereum/go-ethereum/cmd/geth"
