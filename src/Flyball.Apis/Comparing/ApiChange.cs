namespace Flyball.Apis.Comparing;

/// <summary>One difference between two versions of an API.</summary>
internal sealed record ApiChange
{
    /// <summary>Names of operations that one change tells; the number of all is told beside them.</summary>
    public const int OperationsNamedMax = 20;

    public required Severity Severity { get; init; }

    /// <summary>What kind of change it is, for programs: <c>parameter.removed</c>.</summary>
    public required string Code { get; init; }

    /// <summary>A sentence for people.</summary>
    public required string Message { get; init; }

    /// <summary>JSON pointer to where it stands.</summary>
    public required string Pointer { get; init; }

    /// <summary>The pointer leads into the old document, since the new one has no such place.</summary>
    public required bool IsInOld { get; init; }

    /// <summary>In that document, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>
    /// Operations that it concerns, such as <c>GET /orders</c>; empty when it is about the API as a whole.
    /// </summary>
    public IReadOnlyList<string> Operations { get; init; } = [];

    public int OperationCount { get; init; }
}
