"""What the handlers of a guide write to: a bucket, a stream and a cache, kept in tables of the same names."""

import time

import boto3

dynamodb = boto3.client("dynamodb")


class Bucket:
    def put_object(self, Bucket, Key, Body):
        dynamodb.put_item(TableName=Bucket, Item={"Key": {"S": Key}, "Body": {"S": Body}})


class Stream:
    def put_record(self, StreamName, Data, PartitionKey):
        item = {"PartitionKey": {"S": PartitionKey}, "Number": {"N": str(time.time_ns())}, "Data": {"S": Data}}
        dynamodb.put_item(TableName=StreamName, Item=item)


class Cache:
    def set(self, name, value):
        dynamodb.put_item(TableName="cache", Item={"Name": {"S": name}, "Value": {"S": value}})

    def delete(self, name):
        dynamodb.delete_item(TableName="cache", Key={"Name": {"S": name}})


s3, kinesis, redis = Bucket(), Stream(), Cache()
