namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>How many series of each side may meet in a binary operation.</summary>
internal enum Cardinality : byte
{
    OneToOne,

    /// <summary><c>group_left</c></summary>
    ManyToOne,

    /// <summary><c>group_right</c></summary>
    OneToMany,

    /// <summary>Set operators.</summary>
    ManyToMany,
}
