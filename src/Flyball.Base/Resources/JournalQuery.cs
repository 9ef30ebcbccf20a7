namespace Flyball.Base.Resources;

/// <summary>
/// Which rows of an append-only table. <see cref="SubjectKind"/> and <see cref="SubjectName"/> narrow to one resource,
/// <see cref="SubjectNamePrefix"/> to all whose name begins so, <see cref="SubjectNamespace"/> to one namespace.
/// With <see cref="Newest"/> the last <see cref="Limit"/> rows are taken, else the first after
/// <see cref="AfterSequence"/>.
/// </summary>
public sealed record JournalQuery(string Table)
{
    public string? SubjectKind { get; init; }

    public string? SubjectNamespace { get; init; }

    public string? SubjectName { get; init; }

    public string? SubjectNamePrefix { get; init; }

    public long AfterSequence { get; init; }

    public bool Newest { get; init; }

    /// <summary>Rows at most; 1 to 10,000.</summary>
    public int Limit { get; init; } = 200;
}
