module github.com/aws/aws-sdk-go-v2/config

go 1.26

require (
	github.com/aws/aws-sdk-go-v2 v1.41.5
	github.com/aws/aws-sdk-go-v2/feature/ec2/imds v1.18.20
)
