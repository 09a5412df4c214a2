package main

import (
	"fmt"
	
	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/service/dynamodb"
	"github.com/aws/aws-sdk-go/service/dynamodb/dynamodbattribute"
)

type BaseItem struct {
	PK         string `dynamodbav:"PK"`
	SK         string `dynamodbav:"SK"`
	EntityType string `dynamodbav:"EntityType"`
}

type UserProfile struct {
	BaseItem
	Name  string `dynamodbav:"Name"`
	Email string `dynamodbav:"Email"`
}

type Order struct {
	BaseItem
	OrderID string  `dynamodbav:"OrderID"`
	Product string  `dynamodbav:"Product"`
	Total   float64 `dynamodbav:"Total"`
	Status  string  `dynamodbav:"Status"`
}

func CreateUser(svc *dynamodb.DynamoDB, userID, name, email string) error {
	user := UserProfile{
		BaseItem: BaseItem{
			PK:         fmt.Sprintf("USER#%s", userID),
			SK:         "PROFILE",
			EntityType: "User",
		},
		Name:  name,
		Email: email,
	}
	
	item, _ := dynamodbattribute.MarshalMap(user)
	_, err := svc.PutItem(&dynamodb.PutItemInput{
		TableName: aws.String("ECommerce"),
		Item:      item,
	})
	
	return err
}

func CreateOrder(svc *dynamodb.DynamoDB, userID, orderID, product string, total float64) error {
	order := Order{
		BaseItem: BaseItem{
			PK:         fmt.Sprintf("USER#%s", userID),
			SK:         fmt.Sprintf("ORDER#%s", orderID),
			EntityType: "Order",
		},
		OrderID: orderID,
		Product: product,
		Total:   total,
		Status:  "pending",
	}
	
	item, _ := dynamodbattribute.MarshalMap(order)
	_, err := svc.PutItem(&dynamodb.PutItemInput{
		TableName: aws.String("ECommerce"),
		Item:      item,
	})
	
	return err
}

func GetUserOrders(svc *dynamodb.DynamoDB, userID string) ([]Order, error) {
	result, err := svc.Query(&dynamodb.QueryInput{
		TableName:              aws.String("ECommerce"),
		KeyConditionExpression: aws.String("PK = :pk AND begins_with(SK, :sk)"),
		ExpressionAttributeValues: map[string]*dynamodb.AttributeValue{
			":pk": {S: aws.String(fmt.Sprintf("USER#%s", userID))},
			":sk": {S: aws.String("ORDER#")},
		},
	})
	if err != nil {
		return nil, err
	}
	
	var orders []Order
	dynamodbattribute.UnmarshalListOfMaps(result.Items, &orders)
	
	return orders, nil
}
