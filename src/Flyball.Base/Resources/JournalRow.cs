namespace Flyball.Base.Resources;

/// <summary>An appended row with its sequence number in the table (grows, may skip).</summary>
public readonly record struct JournalRow(long Sequence, JournalEntry Entry);
