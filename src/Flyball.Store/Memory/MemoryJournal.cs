using Flyball.Base.Resources;

namespace Flyball.Store.Memory;

/// <summary>The append-only tables in memory; the oldest rows go when a table is full. Not thread-safe.</summary>
internal sealed class MemoryJournal
{
    private const int RowsKept = 100_000;

    private readonly SortedDictionary<string, LinkedList<JournalRow>> tables = new(StringComparer.Ordinal);
    private long sequence;

    public void Append(IReadOnlyList<JournalEntry> entries)
    {
        foreach (JournalEntry entry in entries)
        {
            LinkedList<JournalRow> table = Table(entry.Table);
            table.AddLast(new JournalRow(++sequence, entry));
            if (table.Count > RowsKept) table.RemoveFirst();
        }
    }

    public IReadOnlyList<JournalRow> Read(JournalQuery query)
    {
        IEnumerable<JournalRow> found =
            Table(query.Table).Where(row => row.Sequence > query.AfterSequence && Matches(row.Entry.Subject, query));
        return query.Newest ? [.. found.TakeLast(query.Limit)] : [.. found.Take(query.Limit)];
    }

    public int Trim(string name, long beforeUnixMs)
    {
        LinkedList<JournalRow> table = Table(name);
        int dropped = 0;
        for (LinkedListNode<JournalRow>? node = table.First; node is not null;)
        {
            LinkedListNode<JournalRow>? next = node.Next;
            if (node.Value.Entry.AtUnixMs < beforeUnixMs)
            {
                table.Remove(node);
                dropped++;
            }

            node = next;
        }

        return dropped;
    }

    private static bool Matches(ResourceKey subject, JournalQuery query) =>
        (query.SubjectKind is null || subject.Kind == query.SubjectKind)
        && (query.SubjectNamespace is null || subject.Namespace == query.SubjectNamespace)
        && (query.SubjectName is null || subject.Name == query.SubjectName)
        && (query.SubjectNamePrefix is not { } prefix || subject.Name.StartsWith(prefix, StringComparison.Ordinal));

    private LinkedList<JournalRow> Table(string name)
    {
        if (!tables.TryGetValue(name, out LinkedList<JournalRow>? table))
            tables.Add(name, table = new LinkedList<JournalRow>());
        return table;
    }
}
