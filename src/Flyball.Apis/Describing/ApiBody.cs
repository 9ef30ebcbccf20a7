namespace Flyball.Apis.Describing;

/// <summary>What is sent with a request, by media type; a type without a schema says nothing about its form.</summary>
internal sealed record ApiBody(
    Located At, bool IsRequired, string Description, SortedDictionary<string, Located?> Content);
