// The indexes GSI1 and GSI2 of a guide's e-commerce table, through the SDK v1, and what a user of them would see.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/credentials"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/dynamodb"
	"github.com/aws/aws-sdk-go/service/dynamodb/dynamodbattribute"
	"github.com/aws/aws-sdk-go/service/dynamodb/expression"
)

type Item struct {
	PK         string
	SK         string
	EntityType string
	CreatedAt  string
	Status     string `dynamodbav:",omitempty"`
	Timestamp  int64  `dynamodbav:",omitempty"`
}

var table = aws.String("ECommerce")

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func key(partition, sort string) []*dynamodb.KeySchemaElement {
	return []*dynamodb.KeySchemaElement{
		{AttributeName: aws.String(partition), KeyType: aws.String("HASH")},
		{AttributeName: aws.String(sort), KeyType: aws.String("RANGE")},
	}
}

func index(name, partition, sort string) *dynamodb.GlobalSecondaryIndex {
	return &dynamodb.GlobalSecondaryIndex{
		IndexName:  aws.String(name),
		KeySchema:  key(partition, sort),
		Projection: &dynamodb.Projection{ProjectionType: aws.String("ALL")},
	}
}

// find prints the sort keys that a query of the index gives, page by page.
func find(svc *dynamodb.DynamoDB, index string, condition expression.KeyConditionBuilder, forward bool) {
	expr, err := expression.NewBuilder().WithKeyCondition(condition).Build()
	check(err)
	input := &dynamodb.QueryInput{
		TableName:                 table,
		IndexName:                 aws.String(index),
		KeyConditionExpression:    expr.KeyCondition(),
		ExpressionAttributeNames:  expr.Names(),
		ExpressionAttributeValues: expr.Values(),
		ScanIndexForward:          aws.Bool(forward),
		Limit:                     aws.Int64(2),
	}
	var found []string
	check(svc.QueryPages(input, func(page *dynamodb.QueryOutput, last bool) bool {
		var items []Item
		check(dynamodbattribute.UnmarshalListOfMaps(page.Items, &items))
		for _, item := range items {
			found = append(found, item.PK+" "+item.SK)
		}
		return true
	}))
	fmt.Printf("%s: %q\n", index, found)
}

func main() {
	svc := dynamodb.New(session.Must(session.NewSession(&aws.Config{
		Region:      aws.String("us-east-1"),
		Endpoint:    aws.String(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB")),
		Credentials: credentials.NewStaticCredentials("test", "test", ""),
	})))
	var definitions []*dynamodb.AttributeDefinition
	for _, name := range []string{"PK", "SK", "EntityType", "CreatedAt", "Status", "Timestamp"} {
		kind := map[bool]string{true: "N", false: "S"}[name == "Timestamp"]
		definitions = append(definitions, &dynamodb.AttributeDefinition{AttributeName: aws.String(name), AttributeType: aws.String(kind)})
	}
	_, err := svc.CreateTable(&dynamodb.CreateTableInput{
		TableName:            table,
		KeySchema:            key("PK", "SK"),
		AttributeDefinitions: definitions,
		GlobalSecondaryIndexes: []*dynamodb.GlobalSecondaryIndex{
			index("GSI1", "EntityType", "CreatedAt"),
			index("GSI2", "Status", "Timestamp"),
		},
		BillingMode: aws.String("PAY_PER_REQUEST"),
	})
	check(err)
	check(svc.WaitUntilTableExists(&dynamodb.DescribeTableInput{TableName: table}))

	for _, item := range []Item{
		{"USER#alice", "PROFILE", "User", "2024-01-01", "", 0},
		{"USER#alice", "ORDER#123", "Order", "2024-02-03", "pending", 1706918400},
		{"USER#alice", "ORDER#456", "Order", "2024-02-01", "shipped", 1706745600},
		{"USER#bob", "ORDER#789", "Order", "2024-02-02", "pending", 999999999},
		{"PRODUCT#laptop", "METADATA", "Product", "2023-12-01", "", 0},
		{"PRODUCT#laptop", "REVIEW#USER#bob", "Review", "2024-03-01", "", 0},
	} {
		marshalled, err := dynamodbattribute.MarshalMap(item)
		check(err)
		_, err = svc.PutItem(&dynamodb.PutItemInput{TableName: table, Item: marshalled})
		check(err)
	}
	is := func(name, value string) expression.KeyConditionBuilder {
		return expression.Key(name).Equal(expression.Value(value))
	}
	find(svc, "GSI1", is("EntityType", "Product"), true)
	find(svc, "GSI1", is("EntityType", "Order"), true)
	find(svc, "GSI1", is("EntityType", "Order").And(expression.Key("CreatedAt").BeginsWith("2024-02-0")), false)
	find(svc, "GSI2", is("Status", "pending"), true)
	find(svc, "GSI2", is("Status", "pending").And(expression.Key("Timestamp").GreaterThan(expression.Value(1000000000))), true)
	find(svc, "GSI2", is("Status", "lost"), true)
}
