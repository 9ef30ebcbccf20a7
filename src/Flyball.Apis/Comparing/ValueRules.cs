using System.Globalization;
using Flyball.Apis.Describing;
using Flyball.Apis.Reading;

namespace Flyball.Apis.Comparing;

/// <summary>
/// The rules by which two shapes of one value are compared. They all follow from one: a client that sends may be asked
/// for less but not for more, and one that receives may be given less variety but not more.
/// </summary>
internal sealed class ValueRules(SchemaPair pair, ValueLabel label, SchemaShape before, SchemaShape after)
{
    /// <summary>Values of an enumeration that a sentence names.</summary>
    private const int ValuesNamedMax = 10;

    public SchemaShape Old => before;

    public SchemaShape New => after;

    private bool IsRequest => pair.Direction == Direction.Request;

    private string Where => IsRequest ? "requests" : "answers";

    public void Compare()
    {
        if (before.IsNever != after.IsNever)
            Say(Narrowed(after.IsNever), "schema.never",
                $"{label} in {Where} {(after.IsNever ? "takes no value any more" : "takes values now")}");
        Types();
        Format();
        Values();
        BoundRules.Compare(before, after, (key, oldValue, newValue, change) => Say(
            change == BoundChange.Other ? Severity.Breaking : Narrowed(change == BoundChange.Narrower),
            "schema.bound", $"{key} of {label} in {Where} {From(oldValue, newValue)}"));
        Closing();
        Words();
    }

    /// <summary>Whether the value could have the type, and still can.</summary>
    public bool CanBoth(string type) =>
        before.Types?.Contains(type) is not false && after.Types?.Contains(type) is not false;

    public void PropertyRemoved(string name, Located at) => pair.Add(
        Severity.Breaking, "property.removed", at, isInOld: true, IsRequest
            ? $"{label.Child(name)} is not read in requests any more"
            : $"{label.Child(name)} is not in answers any more");

    public void PropertyAdded(string name, Located at)
    {
        bool isBreaking = IsRequest && after.Required.Contains(name) && !before.Required.Contains(name);
        pair.Add(
            isBreaking ? Severity.Breaking : Severity.Compatible, "property.added", at, isInOld: false,
            $"{label.Child(name)} is new in {Where}{(after.Required.Contains(name) ? ", and required" : "")}");
    }

    public void Requiredness(string name, Located at)
    {
        bool was = before.Required.Contains(name);
        bool isNow = after.Required.Contains(name);
        if (was == isNow) return;
        pair.Add(
            Narrowed(isNow), isNow ? "property.required" : "property.optional", at, isInOld: false,
            IsRequest
                ? $"{label.Child(name)} {(isNow ? "must be sent now" : "need not be sent any more")}"
                : $"{label.Child(name)} {(isNow ? "is always in answers now" : "can be absent from answers now")}");
    }

    public void AlternativesAppeared(string keyword, bool appeared) => Say(
        Narrowed(appeared), $"schema.{keyword}",
        $"{label} in {Where} " + (appeared
            ? "must be one of several forms now" : "need not be one of several forms any more"));

    /// <summary>A schema of items, or of further properties, where there was none, or the other way round.</summary>
    public void SchemaAppeared(string code, string what, bool appeared) => Say(
        Narrowed(appeared), code,
        $"{what} of {label} in {Where} " + (appeared ? "must be of a schema now" : "can be anything now"));

    public void AlternativeRemoved(string words, Located at) => pair.Add(
        Narrowed(true), "alternative.removed", at, isInOld: true, $"the form {words} of {label} is gone from {Where}");

    public void AlternativeAdded(string words, Located at) => pair.Add(
        Narrowed(false), "alternative.added", at, isInOld: false, $"{label} in {Where} can have the form {words} now");

    /// <summary>
    /// What a change means that leaves fewer values right: it hurts who sends, and nobody who receives.
    /// </summary>
    private Severity Narrowed(bool isNarrower) =>
        isNarrower == IsRequest ? Severity.Breaking : Severity.Compatible;

    private void Types()
    {
        if (before.Outside != after.Outside)
        {
            string was = before.Outside ?? "this document";
            Say(Severity.Other, "schema.outside",
                $"{label} in {Where} refers to {Excerpt.Of(after.Outside ?? "this document")} now, {Excerpt.Of(was)} "
                + "before; what lies outside is not compared");
            return;
        }

        if (Same(before.Types, after.Types)) return;
        bool takesAllOld = Covers(after.Types, before.Types);
        bool givesOnlyOld = Covers(before.Types, after.Types);
        bool isFine = IsRequest ? takesAllOld : givesOnlyOld;
        Say(isFine ? Severity.Compatible : Severity.Breaking, "schema.type",
            $"the type of {label} in {Where} {From(Type(before.Types), Type(after.Types))}");
    }

    private static string Type(SortedSet<string>? types) => types is null ? "anything"
        : string.Join(" or ", types.Take(ValuesNamedMax).Select(type => Excerpt.Of(type)));

    private static bool Same(SortedSet<string>? one, SortedSet<string>? other) =>
        one is null || other is null ? one is null && other is null : one.SetEquals(other);

    /// <summary>Whether each value of the second is one of the first, a whole number being a number.</summary>
    private static bool Covers(SortedSet<string>? wide, SortedSet<string>? narrow) =>
        wide is null || (narrow is not null
            && narrow.All(type => wide.Contains(type) || (type == "integer" && wide.Contains("number"))));

    private void Format()
    {
        if (before.Format == after.Format || !Same(before.Types, after.Types)) return;
        bool widens = IsWider(before.Format, after.Format);
        bool narrows = IsWider(after.Format, before.Format);
        Severity severity = widens ? Narrowed(false) : narrows ? Narrowed(true) : Severity.Breaking;
        Say(severity, "schema.format",
            $"the format of {label} in {Where} {From(before.Format ?? "any", after.Format ?? "any")}");
    }

    private static bool IsWider(string? narrow, string? wide) =>
        wide is null || (narrow, wide) is ("int32", "int64") or ("float", "double");

    private void Values()
    {
        if (before.Enum is null && after.Enum is null) return;
        if (before.Enum is null || after.Enum is null)
        {
            bool isFixed = after.Enum is not null;
            Say(Narrowed(isFixed), "schema.enum", isFixed
                ? $"{label} in {Where} is one of {List(after.Enum!)} now"
                : $"{label} in {Where} is no longer one of a list of values");
            return;
        }

        string[] gone = [.. before.Enum.Except(after.Enum, StringComparer.Ordinal)];
        string[] come = [.. after.Enum.Except(before.Enum, StringComparer.Ordinal)];
        if (gone.Length > 0)
            Say(Narrowed(true), "schema.enum", $"{label} in {Where} is never {List(gone)} any more");
        if (come.Length > 0)
            Say(Narrowed(false), "schema.enum", $"{label} in {Where} can be {List(come)} now");
    }

    private static string List(IReadOnlyCollection<string> values) =>
        string.Join(", ", values.Take(ValuesNamedMax).Select(value => Excerpt.Of(value)))
        + (values.Count > ValuesNamedMax
            ? string.Create(CultureInfo.InvariantCulture, $" and {values.Count - ValuesNamedMax} more") : "");

    private void Closing()
    {
        if (before.IsClosed != after.IsClosed)
            Say(IsRequest && after.IsClosed ? Severity.Breaking : Severity.Compatible, "schema.closed",
                $"{label} in {Where} " + (after.IsClosed
                    ? "has no further properties any more" : "can have further properties now"));
        if (before.Discriminator != after.Discriminator)
            Say(Severity.Breaking, "schema.discriminator",
                $"the discriminator of {label} in {Where} "
                + From(before.Discriminator ?? "none", after.Discriminator ?? "none"));
    }

    private void Words()
    {
        foreach (string key in before.Unjudged.Keys.Union(after.Unjudged.Keys, StringComparer.Ordinal))
            if (before.Unjudged.GetValueOrDefault(key) != after.Unjudged.GetValueOrDefault(key))
                Say(Severity.Other, "schema.unjudged", $"'{key}' of {label} in {Where} is different: look at it");
        if (before.Default != after.Default)
            Say(Severity.Other, "schema.default",
                $"the default of {label} in {Where} {From(before.Default ?? "none", after.Default ?? "none")}");
        if (!before.IsDeprecated && after.IsDeprecated)
            Say(Severity.Compatible, "schema.deprecated", $"{label} in {Where} is deprecated now");
        if (before.Description != after.Description)
            Say(Severity.Other, "schema.description", $"{label} is described in other words");
    }

    private static string From(string one, string other) => $"is {Excerpt.Of(other)} now, {Excerpt.Of(one)} before";

    private void Say(Severity severity, string code, string message) =>
        pair.Add(severity, code, after.At, isInOld: false, message);
}
