namespace Flyball.Apis.Searching;

/// <summary>Something that a search found.</summary>
/// <param name="Workload">Whose API it is in.</param>
/// <param name="Kind"><c>api</c>, <c>operation</c> or <c>schema</c>.</param>
/// <param name="Name">The API's title, the operation's method and path, the schema's name.</param>
/// <param name="Summary">A sentence about it; may be empty.</param>
/// <param name="Score">The higher, the better it fits; only for comparing.</param>
internal sealed record SearchHit(string Workload, int Version, string Kind, string Name, string Summary, int Score);
