using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>Compares two versions of an operation.</summary>
internal sealed class OperationComparer(
    ApiDescription before, ApiDescription after, SchemaComparer schemas, ChangeLog log)
{
    /// <summary>Tags of an operation that a sentence names.</summary>
    private const int TagsNamedMax = 20;

    public void Compare(ApiOperation one, ApiOperation other)
    {
        string name = other.ToString();
        var names = new SortedSet<string>(StringComparer.Ordinal) { name };
        void Say(Severity severity, string code, Located at, string message, bool isInOld = false) =>
            log.Add(severity, code, at, isInOld, message, names);

        new ParameterComparer(schemas, Say, name).Compare(one, other);
        new BodyComparer(schemas, Say, name).Compare(one, other);
        SecurityComparer.Compare(one.Security ?? before.Security, other.Security ?? after.Security, other, Say);
        if (one.IsDeprecated != other.IsDeprecated)
            Say(Severity.Compatible, "operation.deprecated", other.At,
                other.IsDeprecated ? $"{name} is deprecated now" : $"{name} is not deprecated any more");
        if (one.Id != other.Id)
            Say(Severity.Other, "operation.id", other.At,
                $"{name} has the operation id '{Excerpt.Of(other.Id ?? "none")}' now, "
                + $"'{Excerpt.Of(one.Id ?? "none")}' before: "
                + "generated clients name their methods by it");
        if (one.Summary != other.Summary || one.Description != other.Description)
            Say(Severity.Other, "operation.description", other.At, $"{name} is described in other words");
        if (!one.Tags.SequenceEqual(other.Tags))
            Say(Severity.Other, "operation.tags", other.At,
                $"{name} has the tags '{Words(other.Tags)}' now, '{Words(one.Tags)}' before");
    }

    private static string Words(IReadOnlyList<string> tags) =>
        Excerpt.Of(string.Join(", ", tags.Take(TagsNamedMax).Select(tag => Excerpt.Of(tag))));
}

/// <summary>Tells a change of the operation that is being compared.</summary>
internal delegate void Teller(
    Severity severity, string code, Located at, string message, bool isInOld = false);
