namespace Flyball.Apis.Describing;

/// <summary>One answer of an operation: a status, a class such as <c>4XX</c>, or <c>default</c>.</summary>
internal sealed record ApiResponse(
    string Status, Located At, string Description, SortedDictionary<string, Located?> Content,
    IReadOnlyList<ApiParameter> Headers);
