namespace Flyball.Store.Tests.Conformance;

public sealed class SqliteTransactions : TransactionSuite<SqliteUnderTest>;

public sealed class SqliteLeases : LeaseSuite<SqliteUnderTest>;

public sealed class SqliteJournal : JournalSuite<SqliteUnderTest>;

public sealed class SqliteWatches : WatchSuite<SqliteUnderTest>;

public sealed class SqliteModel : ModelSuite<SqliteUnderTest>;
