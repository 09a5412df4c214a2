// The complete CRUD of a guide with the SDK v1, as written there but for the endpoint.
package main

import (
	"fmt"
	"os"
	"time"
	
	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/credentials"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/dynamodb"
	"github.com/aws/aws-sdk-go/service/dynamodb/dynamodbattribute"
	"github.com/aws/aws-sdk-go/service/dynamodb/expression"
)

type User struct {
	UserID    string `dynamodbav:"UserID"`
	Timestamp int64  `dynamodbav:"Timestamp"`
	Name      string `dynamodbav:"Name"`
	Email     string `dynamodbav:"Email"`
	Age       int    `dynamodbav:"Age"`
}

func main() {
	sess := session.Must(session.NewSession(&aws.Config{
		Region:      aws.String("us-east-1"),
		Endpoint:    aws.String(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB")),
		Credentials: credentials.NewStaticCredentials("test", "test", ""),
	}))
	
	svc := dynamodb.New(sess)
	tableName := "Users"
	
	// Put item
	user := User{
		UserID:    "alice",
		Timestamp: time.Now().Unix(),
		Name:      "Alice Smith",
		Email:     "alice@example.com",
		Age:       30,
	}
	
	item, _ := dynamodbattribute.MarshalMap(user)
	_, err := svc.PutItem(&dynamodb.PutItemInput{
		TableName: aws.String(tableName),
		Item:      item,
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("✅ Item created")
	
	// Get item
	result, err := svc.GetItem(&dynamodb.GetItemInput{
		TableName: aws.String(tableName),
		Key: map[string]*dynamodb.AttributeValue{
			"UserID":    {S: aws.String("alice")},
			"Timestamp": {N: aws.String(fmt.Sprintf("%d", user.Timestamp))},
		},
	})
	if err != nil {
		panic(err)
	}
	
	var retrievedUser User
	dynamodbattribute.UnmarshalMap(result.Item, &retrievedUser)
	fmt.Printf("✅ Retrieved: %+v\n", retrievedUser)
	
	// Update item
	update := expression.Set(
		expression.Name("Age"),
		expression.Value(31),
	)
	expr, _ := expression.NewBuilder().WithUpdate(update).Build()
	
	_, err = svc.UpdateItem(&dynamodb.UpdateItemInput{
		TableName: aws.String(tableName),
		Key: map[string]*dynamodb.AttributeValue{
			"UserID":    {S: aws.String("alice")},
			"Timestamp": {N: aws.String(fmt.Sprintf("%d", user.Timestamp))},
		},
		UpdateExpression:          expr.Update(),
		ExpressionAttributeNames:  expr.Names(),
		ExpressionAttributeValues: expr.Values(),
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("✅ Item updated")
	
	// Query
	keyCondition := expression.Key("UserID").Equal(expression.Value("alice"))
	expr, _ = expression.NewBuilder().WithKeyCondition(keyCondition).Build()
	
	queryResult, err := svc.Query(&dynamodb.QueryInput{
		TableName:                 aws.String(tableName),
		KeyConditionExpression:    expr.KeyCondition(),
		ExpressionAttributeNames:  expr.Names(),
		ExpressionAttributeValues: expr.Values(),
	})
	if err != nil {
		panic(err)
	}
	
	var users []User
	dynamodbattribute.UnmarshalListOfMaps(queryResult.Items, &users)
	fmt.Printf("✅ Query results: %+v\n", users)
}
