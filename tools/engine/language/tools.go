//go:build tools

// Package tools pins the command that is built from here; it is never compiled itself.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
