package xero

import "slices"

// Transactions are the bank transactions, Invoices the invoices and Payments their
// payments, as the book-keeper sees them, oldest first.
func (s *Server) Transactions() []Transaction {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.books.Transactions)
}

// Invoices: see Transactions.
func (s *Server) Invoices() []Invoice {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.books.Invoices)
}

// Payments: see Transactions.
func (s *Server) Payments() []Payment {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.books.Payments)
}

// Lock ends the entering of anything up to a day, as YYYY-MM-DD; "" allows it
// again.
func (s *Server) Lock(day string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.books.LockDate = day
}
