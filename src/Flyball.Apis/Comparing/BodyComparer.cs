using Flyball.Apis.Describing;

namespace Flyball.Apis.Comparing;

/// <summary>Compares what an operation takes and what it answers.</summary>
internal sealed class BodyComparer(SchemaComparer schemas, Teller say, string operation)
{
    public void Compare(ApiOperation one, ApiOperation other)
    {
        Requests(one, other);
        Dictionary<string, ApiResponse> oldOnes = ByStatus(one);
        Dictionary<string, ApiResponse> newOnes = ByStatus(other);
        foreach ((string status, ApiResponse gone) in oldOnes)
        {
            if (newOnes.TryGetValue(status, out ApiResponse? there)) Answers(status, gone, there);
            else
                say(status.StartsWith('2') ? Severity.Breaking : Severity.Other, "answer.removed", gone.At,
                    $"{operation} does not answer {status} any more", isInOld: true);
        }

        foreach ((string status, ApiResponse come) in newOnes)
            if (!oldOnes.ContainsKey(status))
                say(Severity.Compatible, "answer.added", come.At, $"{operation} can answer {status} now");
    }

    private static Dictionary<string, ApiResponse> ByStatus(ApiOperation operation)
    {
        var byStatus = new Dictionary<string, ApiResponse>(StringComparer.Ordinal);
        foreach (ApiResponse response in operation.Responses) byStatus.TryAdd(response.Status, response);
        return byStatus;
    }

    /// <summary>Names of header fields have no case: of two that differ in nothing else, the first counts.</summary>
    private static Dictionary<string, ApiParameter> ByName(ApiResponse response)
    {
        var byName = new Dictionary<string, ApiParameter>(StringComparer.OrdinalIgnoreCase);
        foreach (ApiParameter header in response.Headers) byName.TryAdd(header.Name, header);
        return byName;
    }

    private void Requests(ApiOperation one, ApiOperation other)
    {
        if (one.Body is null && other.Body is null) return;
        if (other.Body is null)
        {
            say(Severity.Breaking, "body.removed", one.Body!.At, $"{operation} does not read a body any more",
                isInOld: true);
            return;
        }

        if (one.Body is null)
        {
            say(other.Body.IsRequired ? Severity.Breaking : Severity.Compatible, "body.added", other.Body.At,
                $"{operation} {(other.Body.IsRequired ? "requires" : "can be given")} a body now");
            return;
        }

        if (one.Body.IsRequired != other.Body.IsRequired)
            say(other.Body.IsRequired ? Severity.Breaking : Severity.Compatible,
                other.Body.IsRequired ? "body.required" : "body.optional", other.Body.At,
                operation + (other.Body.IsRequired ? " requires its body now" : " does not require its body any more"));
        if (one.Body.Description != other.Body.Description)
            say(Severity.Other, "body.description", other.Body.At,
                $"the body of {operation} is described in other words");
        Content(one.Body.At, one.Body.Content, other.Body.At, other.Body.Content, Direction.Request, "the body");
    }

    private void Answers(string status, ApiResponse one, ApiResponse other)
    {
        Content(one.At, one.Content, other.At, other.Content, Direction.Answer, $"the answer {status}");
        Dictionary<string, ApiParameter> oldOnes = ByName(one);
        Dictionary<string, ApiParameter> newOnes = ByName(other);
        foreach ((string name, ApiParameter gone) in oldOnes)
        {
            if (!newOnes.TryGetValue(name, out ApiParameter? there))
                say(Severity.Breaking, "header.removed", gone.At,
                    $"the answer {status} of {operation} has no header {name} any more", isInOld: true);
            else if (gone.Schema is { } oldSchema && there.Schema is { } newSchema)
                schemas.Compare(
                    oldSchema, newSchema, Direction.Answer, $"the header {name} of the answer {status}", operation);
        }

        foreach ((string name, ApiParameter come) in newOnes)
            if (!oldOnes.ContainsKey(name))
                say(Severity.Compatible, "header.added", come.At,
                    $"the answer {status} of {operation} has a header {name} now");
        if (one.Description != other.Description)
            say(Severity.Other, "answer.description", other.At,
                $"the answer {status} of {operation} is described in other words");
    }

    private void Content(
        Located oldAt, SortedDictionary<string, Located?> oldTypes, Located newAt,
        SortedDictionary<string, Located?> newTypes, Direction direction, string what)
    {
        foreach ((string type, Located? oldSchema) in oldTypes)
        {
            if (!newTypes.TryGetValue(type, out Located? newSchema))
                say(Severity.Breaking, "media-type.removed", oldSchema ?? oldAt,
                    $"{what} of {operation} cannot be {type} any more", isInOld: true);
            else if (oldSchema is { } one && newSchema is { } other)
                schemas.Compare(one, other, direction, what, operation);
            else if (oldSchema is null != newSchema is null)
                say(Severity.Other, "media-type.schema", newSchema ?? newAt,
                    $"{what} of {operation} as {type} has "
                    + (newSchema is null ? "no schema any more" : "a schema now"));
        }

        foreach ((string type, Located? newSchema) in newTypes)
            if (!oldTypes.ContainsKey(type))
                say(Severity.Compatible, "media-type.added", newSchema ?? newAt,
                    $"{what} of {operation} can be {type} now");
    }
}
