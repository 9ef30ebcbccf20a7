using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>Compares the parameters of an operation; those of the path by their place, all others by name.</summary>
internal sealed class ParameterComparer(SchemaComparer schemas, Teller say, string operation)
{
    public void Compare(ApiOperation one, ApiOperation other)
    {
        Dictionary<string, ApiParameter> oldOnes = ByKey(one);
        Dictionary<string, ApiParameter> newOnes = ByKey(other);
        foreach ((string key, ApiParameter gone) in oldOnes)
        {
            if (newOnes.TryGetValue(key, out ApiParameter? there)) Compare(gone, there);
            else
                say(Severity.Breaking, "parameter.removed", gone.At,
                    $"{operation} does not read {Words(gone)} any more", isInOld: true);
        }

        foreach ((string key, ApiParameter come) in newOnes)
            if (!oldOnes.ContainsKey(key))
                say(come.IsRequired ? Severity.Breaking : Severity.Compatible, "parameter.added", come.At,
                    $"{operation} {(come.IsRequired ? "requires" : "can be given")} {Words(come)} now");
    }

    private void Compare(ApiParameter one, ApiParameter other)
    {
        if (one.IsRequired != other.IsRequired)
            say(other.IsRequired ? Severity.Breaking : Severity.Compatible,
                other.IsRequired ? "parameter.required" : "parameter.optional", other.At,
                $"{operation} {(other.IsRequired ? "requires" : "does not require")} {Words(other)} "
                + (other.IsRequired ? "now" : "any more"));
        if (one.Style != other.Style)
            say(Severity.Breaking, "parameter.style", other.At,
                $"{operation} wants {Words(other)} written in another style: {Style(other)} now, "
                + $"{Style(one)} before");
        if (!one.IsDeprecated && other.IsDeprecated)
            say(Severity.Compatible, "parameter.deprecated", other.At,
                $"{Words(other)} of {operation} is deprecated now");
        if (one.Description != other.Description)
            say(Severity.Other, "parameter.description", other.At,
                $"{Words(other)} of {operation} is described in other words");
        if (one.Schema is { } oldSchema && other.Schema is { } newSchema)
            schemas.Compare(oldSchema, newSchema, Direction.Request, Words(other), operation);
    }

    private static string Style(ApiParameter parameter) =>
        parameter.Style.Length == 0 ? "the usual one" : $"'{Excerpt.Of(parameter.Style)}'";

    private static string Words(ApiParameter parameter) => $"the {parameter.In} parameter '{parameter.Name}'";

    private static Dictionary<string, ApiParameter> ByKey(ApiOperation operation)
    {
        List<string> places = PathTemplate.Names(operation.Path);
        var keys = new Dictionary<string, ApiParameter>(StringComparer.Ordinal);
        foreach (ApiParameter parameter in operation.Parameters)
        {
            int place = parameter.In == "path" ? places.IndexOf(parameter.Name) : -1;
            // Names of header fields have no case.
            string name = parameter.In == "header" ? parameter.Name.ToUpperInvariant() : parameter.Name;
            string key = place >= 0 ? FormattableString.Invariant($"path {place}") : $"{parameter.In} {name}";
            keys.TryAdd(key, parameter);
        }

        return keys;
    }
}
