using Flyball.Apis.Describing;

namespace Flyball.Apis.Comparing;

/// <summary>
/// Compares two versions of an API. A pure function of the two documents; its time and its answer are bounded.
/// </summary>
internal static class ApiComparer
{
    public static ApiComparison Compare(ApiDescription before, ApiDescription after)
    {
        var log = new ChangeLog();
        var schemas = new SchemaComparer(before, after, log);
        var operations = new OperationComparer(before, after, schemas, log);
        Dictionary<string, ApiOperation> oldOnes = ByPlace(before);
        Dictionary<string, ApiOperation> newOnes = ByPlace(after);
        foreach ((string place, ApiOperation gone) in oldOnes)
        {
            if (newOnes.TryGetValue(place, out ApiOperation? there)) operations.Compare(gone, there);
            else
                log.Add(Severity.Breaking, "operation.removed", gone.At, true,
                    $"{gone} is gone{(gone.IsDeprecated ? "; it was deprecated before" : "")}", Alone(gone));
        }

        foreach ((string place, ApiOperation come) in newOnes)
            if (!oldOnes.ContainsKey(place))
                log.Add(Severity.Compatible, "operation.added", come.At, false, $"{come} is new", Alone(come));
        schemas.Finish();
        WholeComparer.Compare(before, after, log);
        return log.Finish();
    }

    private static SortedSet<string> Alone(ApiOperation operation) =>
        new(StringComparer.Ordinal) { operation.ToString() };

    private static Dictionary<string, ApiOperation> ByPlace(ApiDescription api)
    {
        var places = new Dictionary<string, ApiOperation>(StringComparer.Ordinal);
        foreach (ApiOperation operation in api.Operations)
            places.TryAdd($"{operation.Method} {PathTemplate.Nameless(operation.Path)}", operation);
        return places;
    }
}
