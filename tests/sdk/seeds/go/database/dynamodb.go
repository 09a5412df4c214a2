// dynamodb.go
package database

import (
    "context"
    "os"
    "time"

    "github.com/aws/aws-sdk-go-v2/aws"
    "github.com/aws/aws-sdk-go-v2/config"
    "github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
    "github.com/aws/aws-sdk-go-v2/service/dynamodb"
    "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var client *dynamodb.Client
var tableName string

func Init(ctx context.Context) error {
    cfg, err := config.LoadDefaultConfig(ctx)
    if err != nil {
        return err
    }
    client = dynamodb.NewFromConfig(cfg)
    tableName = os.Getenv("DYNAMODB_TABLE")
    return nil
}

type User struct {
    PK        string `dynamodbav:"PK"`
    SK        string `dynamodbav:"SK"`
    UserID    string `dynamodbav:"userId"`
    Email     string `dynamodbav:"email"`
    Name      string `dynamodbav:"name"`
    CreatedAt string `dynamodbav:"createdAt"`
    UpdatedAt string `dynamodbav:"updatedAt"`
}

func GetUser(ctx context.Context, userID string) (*User, error) {
    result, err := client.GetItem(ctx, &dynamodb.GetItemInput{
        TableName: &tableName,
        Key: map[string]types.AttributeValue{
            "PK": &types.AttributeValueMemberS{Value: "USER#" + userID},
            "SK": &types.AttributeValueMemberS{Value: "PROFILE"},
        },
    })
    if err != nil {
        return nil, err
    }
    if result.Item == nil {
        return nil, nil
    }

    var user User
    err = attributevalue.UnmarshalMap(result.Item, &user)
    return &user, err
}

func CreateUser(ctx context.Context, userID, email, name string) (*User, error) {
    now := time.Now().UTC().Format(time.RFC3339)
    user := User{
        PK:        "USER#" + userID,
        SK:        "PROFILE",
        UserID:    userID,
        Email:     email,
        Name:      name,
        CreatedAt: now,
        UpdatedAt: now,
    }

    item, err := attributevalue.MarshalMap(user)
    if err != nil {
        return nil, err
    }

    _, err = client.PutItem(ctx, &dynamodb.PutItemInput{
        TableName:           &tableName,
        Item:                item,
        ConditionExpression: aws.String("attribute_not_exists(PK)"),
    })
    if err != nil {
        return nil, err
    }

    return &user, nil
}
