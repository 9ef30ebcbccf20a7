using System.Text.Json.Serialization;
using Flyball.Apis.Comparing;
using Flyball.Apis.Searching;
using Flyball.Apis.Usage;
using Flyball.Contracts.Apis;

namespace Flyball.Apis.Api;

/// <summary>A documented service in the list.</summary>
/// <param name="Source">The file or the path that documents come from; null when nothing says so any more.</param>
/// <param name="Latest">The newest version that has a document; null while there is none.</param>
/// <param name="Problem">What the newest record complains of.</param>
internal sealed record ApiRow(
    string Workload, string? Source, VersionRow? Latest, IReadOnlyList<VersionRow> Versions, string? Problem);

/// <summary>A version's document, without the document.</summary>
internal sealed record VersionRow(
    int Version, string Origin, string? Title, string? ApiVersion, string? Specification, int Operations, int Schemas,
    long SizeBytes, string? Digest, string? Problem, DateTimeOffset At)
{
    public static VersionRow Of(ApiDocument document) => new(
        document.Version, document.Origin, Known(document.Title), Known(document.ApiVersion),
        Known(document.Specification), document.Operations, document.Schemas, document.SizeBytes, document.Digest,
        document.Problem, DateTimeOffset.FromUnixTimeMilliseconds(document.AtUnixMs));

    private static string? Known(string text) => text.Length == 0 ? null : text;
}

/// <summary>A version with what is in its document.</summary>
internal sealed record VersionDetail(
    string Workload, VersionRow Document, string Description, IReadOnlyList<string> Servers,
    IReadOnlyList<IndexedOperation> Operations, IReadOnlyList<string> Schemas);

/// <summary>What is different between two documents.</summary>
internal sealed record DiffAnswer(
    string From, string To, int Breaking, int Compatible, int Other, bool IsCut, IReadOnlyList<ChangeRow> Changes)
{
    public static DiffAnswer Of(string from, string to, ApiComparison comparison) => new(
        from, to, comparison.Breaking, comparison.Compatible, comparison.Other, comparison.IsCut,
        [.. comparison.Changes.Select(ChangeRow.Of)]);
}

/// <summary>
/// One change. <paramref name="In"/> is <c>new</c> or <c>old</c>: the document that the pointer leads into.
/// </summary>
internal sealed record ChangeRow(
    string Severity, string Code, string Message, string Pointer, string In, int Line, IReadOnlyList<string> Operations,
    int OperationCount)
{
    public static ChangeRow Of(ApiChange change) => new(
        change.Severity.ToString().ToLowerInvariant(), change.Code, change.Message, "#" + change.Pointer,
        change.IsInOld ? "old" : "new", change.Line, change.Operations, change.OperationCount);
}

/// <summary>What a search found.</summary>
/// <param name="Total">All that fits; <paramref name="Hits"/> are the first of them.</param>
internal sealed record SearchAnswer(string Query, int Total, IReadOnlyList<SearchHit> Hits);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<ApiRow>))]
[JsonSerializable(typeof(ApiRow))]
[JsonSerializable(typeof(VersionDetail))]
[JsonSerializable(typeof(DiffAnswer))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(UsageAnswer))]
internal sealed partial class ApisJson : JsonSerializerContext;
