// Single-table design example
// Table: MyApp

// Key structure:
// PK (Partition Key) | SK (Sort Key) | Entity | Attributes...
// USER#123           | PROFILE       | User   | name, email, ...
// USER#123           | ORDER#456     | Order  | total, status, ...
// ORDER#456          | ORDER#456     | Order  | (for GSI access by order ID)

interface BaseItem {
  PK: string;
  SK: string;
  GSI1PK?: string;
  GSI1SK?: string;
  entityType: string;
  createdAt: string;
  updatedAt: string;
}

export interface User extends BaseItem {
  entityType: 'USER';
  userId: string;
  email: string;
  name: string;
}

export interface Order extends BaseItem {
  entityType: 'ORDER';
  orderId: string;
  userId: string;
  total: number;
  status: 'pending' | 'completed' | 'cancelled';
}

// Key factory functions
export const keys = {
  user: (userId: string) => ({
    PK: `USER#${userId}`,
    SK: 'PROFILE',
  }),
  userOrders: (userId: string) => ({
    PK: `USER#${userId}`,
    SK: 'ORDER#',  // Prefix for begins_with queries
  }),
  order: (orderId: string, userId: string) => ({
    PK: `USER#${userId}`,
    SK: `ORDER#${orderId}`,
    GSI1PK: `ORDER#${orderId}`,
    GSI1SK: `ORDER#${orderId}`,
  }),
};
