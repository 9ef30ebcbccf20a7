namespace Flyball.Store.Tests.Conformance;

public sealed class MemoryTransactions : TransactionSuite<MemoryUnderTest>;

public sealed class MemoryLeases : LeaseSuite<MemoryUnderTest>;

public sealed class MemoryJournalTests : JournalSuite<MemoryUnderTest>;

public sealed class MemoryWatches : WatchSuite<MemoryUnderTest>;

public sealed class MemoryModel : ModelSuite<MemoryUnderTest>
{
    protected override int Iterations => 500;
}
