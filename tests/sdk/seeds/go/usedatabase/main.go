// Walks through what package database offers, and prints what a user of it would see.
package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"stator.test/seeds/database"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	ctx := context.Background()
	check(database.Init(ctx))
	nobody, err := database.GetUser(ctx, "u1")
	check(err)
	fmt.Println("nobody:", nobody == nil)

	created, err := database.CreateUser(ctx, "u1", "a@example.com", "Alice")
	check(err)
	user, err := database.GetUser(ctx, "u1")
	check(err)
	fmt.Println("user:", *user == *created, user.PK, user.Email, user.Name)

	_, err = database.CreateUser(ctx, "u1", "b@example.com", "Bob")
	var failed *types.ConditionalCheckFailedException
	fmt.Println("twice:", errors.As(err, &failed), failed.ErrorMessage())
}
