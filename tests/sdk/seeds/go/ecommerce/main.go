// Walks through what ecommerce.go offers, and prints what a user of it would see.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/credentials"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/dynamodb"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func key(name, keyType string) *dynamodb.KeySchemaElement {
	return &dynamodb.KeySchemaElement{AttributeName: aws.String(name), KeyType: aws.String(keyType)}
}

func definition(name string) *dynamodb.AttributeDefinition {
	return &dynamodb.AttributeDefinition{AttributeName: aws.String(name), AttributeType: aws.String("S")}
}

func main() {
	svc := dynamodb.New(session.Must(session.NewSession(&aws.Config{
		Region:      aws.String("us-east-1"),
		Endpoint:    aws.String(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB")),
		Credentials: credentials.NewStaticCredentials("test", "test", ""),
	})))
	table := aws.String("ECommerce")
	_, err := svc.CreateTable(&dynamodb.CreateTableInput{
		TableName:            table,
		KeySchema:            []*dynamodb.KeySchemaElement{key("PK", "HASH"), key("SK", "RANGE")},
		AttributeDefinitions: []*dynamodb.AttributeDefinition{definition("PK"), definition("SK")},
		BillingMode:          aws.String("PAY_PER_REQUEST"),
	})
	check(err)
	check(svc.WaitUntilTableExists(&dynamodb.DescribeTableInput{TableName: table}))

	check(CreateUser(svc, "alice", "Alice Smith", "alice@example.com"))
	check(CreateOrder(svc, "alice", "456", "Laptop", 999.5))
	check(CreateOrder(svc, "alice", "123", "Mouse", 12.25))
	check(CreateOrder(svc, "bob", "789", "Desk", 300))
	orders, err := GetUserOrders(svc, "alice")
	check(err)
	fmt.Printf("%+v\n", orders)

	_, err = svc.DescribeTable(&dynamodb.DescribeTableInput{TableName: aws.String("nothing")})
	if failure, ok := err.(awserr.Error); ok {
		fmt.Println(failure.Code(), failure.Message())
	}
}
