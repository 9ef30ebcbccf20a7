namespace Flyball.Apis.Reading;

/// <summary>What a single value is.</summary>
internal enum ScalarKind
{
    Text,

    Number,

    /// <summary>true or false.</summary>
    Truth,

    Null,
}
