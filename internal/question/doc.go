// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

// Package question converts the text of a question, such as "Get Computer Name from all machines
// with Operating System contains Windows", to a filter, and a filter to a question.
//
// Tanium publishes no grammar. The rules are those of API.md#question-text. Text whose meaning a
// filter cannot express is an error, never a filter with another meaning.
//
// It imports targeting, catalog and gateway, and does not depend on Terraform.
package question
